import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { watchContainer } from '../container/container-watch.ts';
import type { Capture, CaptureContext, CapturePart, Sink } from '../source.ts';
import { type CapturedDatabase, captureFacts } from './capture-facts.ts';
import { connectServer } from './connect.ts';
import type { ConnectedServer } from './connected-server.ts';
import { type DatabaseProperties, readDatabaseProperties } from './database-properties.ts';
import { type DatabaseSnapshot, takeSnapshot } from './database-snapshot.ts';
import { dumpDatabase, dumpMagic, dumpMinimumBytes } from './dump-database.ts';
import { dumpGlobals } from './dump-globals.ts';
import { hashBudget } from './hash-tables.ts';
import type { PostgresLocator } from './locator.ts';
import { databasePartPath } from './names.ts';
import { type FoundDatabase, type Survey, surveyServer } from './survey.ts';
import { endOwnSessions } from './swap.ts';

/** For counting the rows of one database; what is not counted then is named in a warning. */
const countBudgetMs = 5 * 60_000;

/** Captures every database of a server, each as it was at one instant, and its roles. */
export async function capturePostgres(locator: PostgresLocator, context: CaptureContext): Promise<Capture> {
  const connected = await connectServer(locator, context);
  const survey = await surveyServer(connected, context.signal);
  const running = new RunningCapture(connected, survey, context);
  return {
    parts: survey.databases.map(
      (database): CapturePart => ({
        type: 'stream',
        path: databasePartPath(database.name),
        magic: dumpMagic,
        minimumBytes: dumpMinimumBytes,
        expectedBytes: database.bytes,
        produce: (sink) => running.dump(database, sink),
      }),
    ),
    ...(connected.container === undefined ? {} : { dataPath: connected.server.runner.dataPath }),
    facts: () => running.facts(),
    close: () => running.close(),
  };
}

/** Of one database: what goes on while, and after, its dump is written. */
interface Captured extends Omit<CapturedDatabase, 'counted' | 'hashes' | 'properties'> {
  readonly counting: Promise<Pick<CapturedDatabase, 'counted' | 'hashes'>>;
  readonly properties: Promise<DatabaseProperties>;
}

class RunningCapture {
  readonly #connected: ConnectedServer;
  readonly #survey: Survey;
  readonly #context: CaptureContext;
  readonly #stop = new AbortController();
  readonly #captured: Captured[] = [];
  readonly #sessions = new Set<Promise<void>>();
  /** Of all databases together. */
  readonly #hashBudget = hashBudget();
  #globals: Promise<Uint8Array> | undefined;
  #begun = false;
  #complete = false;

  constructor(connected: ConnectedServer, survey: Survey, context: CaptureContext) {
    this.#connected = connected;
    this.#survey = survey;
    this.#context = context;
  }

  async dump(database: FoundDatabase, sink: Sink): Promise<void> {
    this.#begun = true;
    const { server, container } = this.#connected;
    const watch = container && watchContainer(container.docker, container.details.id);
    const whole = watch === undefined ? this.#signal : AbortSignal.any([this.#signal, watch.signal]);
    const signal = AbortSignal.any([whole, sink.signal]);
    this.#context.reporter.step(`dumping ${database.name}`);
    try {
      const snapshot = await takeSnapshot(server, database.name, whole);
      const counting = this.#count(snapshot);
      const dumping = dumpDatabase(this.#connected, database, snapshot.snapshotId, {
        descriptor: sink.descriptor,
        signal,
      });
      this.#keep(Promise.allSettled([counting, dumping]).then(() => snapshot.close()));
      const properties = readDatabaseProperties(server, database.name, { signal: this.#signal });
      // Looked at in facts(); the dump may fail before.
      properties.catch(() => {});
      this.#captured.push({ database, snapshot, counting, properties });
      // Roles that the dumps name exist from here on.
      if (this.#captured.length === this.#survey.databases.length) this.#globals = this.#dumpGlobals();
      await dumping;
    } catch (error) {
      throw watch?.signal.aborted ? asHoldfastError(watch.signal.reason) : error;
    } finally {
      watch?.stop();
    }
  }

  async #count(snapshot: DatabaseSnapshot): Promise<Pick<CapturedDatabase, 'counted' | 'hashes'>> {
    const counted = await snapshot.count(countBudgetMs);
    return { counted, hashes: await snapshot.hash(counted.counts, this.#hashBudget) };
  }

  async facts() {
    const captured = await Promise.all(
      this.#captured.map(async ({ database, snapshot, counting, properties }) => ({
        database,
        snapshot,
        ...(await counting),
        properties: await properties,
      })),
    );
    if (this.#globals === undefined || captured.length !== this.#survey.databases.length) {
      throw new HoldfastError('internal', 'Not every database of the server was dumped.');
    }
    const facts = captureFacts(this.#connected, this.#survey, captured, await this.#globals);
    this.#complete = true;
    return facts;
  }

  async close(): Promise<void> {
    if (!this.#complete) this.#stop.abort();
    await Promise.all(this.#sessions);
    this.#stop.abort();
    if (this.#complete || !this.#begun) return;
    // What a closed connection does not end by itself: a statement that is being executed.
    const { server } = this.#connected;
    await endOwnSessions(server, server.maintenanceDatabase).catch(() => {});
  }

  get #signal(): AbortSignal {
    return AbortSignal.any([this.#context.signal, this.#stop.signal]);
  }

  #dumpGlobals(): Promise<Uint8Array> {
    const globals = dumpGlobals(this.#connected, this.#signal);
    // Looked at in facts(); the capture may fail before.
    globals.catch(() => {});
    return globals;
  }

  #keep(session: Promise<void>): void {
    this.#sessions.add(session);
    void session.then(() => this.#sessions.delete(session));
  }
}
