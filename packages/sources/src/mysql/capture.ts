import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { dockerOf } from '../container/container.ts';
import { watchContainer } from '../container/container-watch.ts';
import { throwIfCancelled } from '../files/cancellation.ts';
import type { Capture, CaptureContext, CapturePart, Sink } from '../source.ts';
import { type CapturedSchema, captureFacts } from './capture-facts.ts';
import { type ConnectedServer, connectServer } from './connect.ts';
import { type Counted, countSchema } from './count-schema.ts';
import { dumpMinimumBytes, dumpSchema } from './dump-schema.ts';
import { endSessions } from './end-sessions.ts';
import type { MysqlLocator } from './locator.ts';
import { schemaPartPath } from './names.ts';
import { ofType, type Program, readSchemaObjects } from './schema-objects.ts';
import { holdSharedPoint } from './shared-point.ts';
import { type FoundSchema, type Survey, surveyServer } from './survey.ts';
import { readTables, type TableInfo } from './tables.ts';
import { readUsers, type User } from './users.ts';

const countBudget = { milliseconds: 5 * 60_000, hashedBytes: 64 * 1024 * 1024 };

/** Captures every schema of a server, each as it was at one instant, and its users. */
export async function captureMysql(locator: MysqlLocator, context: CaptureContext): Promise<Capture> {
  const connected = await connectServer(locator, context);
  const survey = await surveyServer(connected, context.signal);
  const running = new RunningCapture(connected, survey, context);
  return {
    parts: survey.schemas.map(
      (schema): CapturePart => ({
        type: 'stream',
        path: schemaPartPath(schema.name),
        minimumBytes: dumpMinimumBytes,
        expectedBytes: schema.bytes,
        produce: (sink) => running.dump(schema, sink),
      }),
    ),
    dataPath: connected.server.runner.dataPath,
    facts: () => running.facts(),
    close: () => running.close(),
  };
}

/** Of one schema: what goes on while, and after, its dump is written. */
interface Captured {
  readonly schema: FoundSchema;
  readonly tables: readonly TableInfo[];
  readonly programs: readonly Program[];
  readonly counting: Promise<Counted>;
  /** Why the counts may be of another state than the dump. */
  readonly inexact: string | undefined;
}

class RunningCapture {
  readonly #connected: ConnectedServer;
  readonly #survey: Survey;
  readonly #context: CaptureContext;
  readonly #stop = new AbortController();
  readonly #captured: Captured[] = [];
  readonly #sessions = new Set<Promise<void>>();
  #begun = false;
  #complete = false;

  constructor(connected: ConnectedServer, survey: Survey, context: CaptureContext) {
    this.#connected = connected;
    this.#survey = survey;
    this.#context = context;
  }

  async dump(schema: FoundSchema, sink: Sink): Promise<void> {
    this.#begun = true;
    const { server, container } = this.#connected;
    const docker = dockerOf(this.#context);
    const watch = watchContainer(docker, container.id);
    const signal = AbortSignal.any([this.#signal, sink.signal, watch.signal]);
    this.#context.reporter.step(`dumping ${schema.name}`);
    try {
      throwIfCancelled(signal);
      const [tables, objects] = await Promise.all([
        readTables(server, schema.name, { signal }),
        readSchemaObjects(server, schema.name, { signal }),
      ]);
      const point = await holdSharedPoint(this.#connected, AbortSignal.any([this.#signal, watch.signal]));
      const begun = Promise.withResolvers<void>();
      const dumping = dumpSchema(
        this.#connected,
        docker,
        { schema: schema.name, tables: objects.tables },
        { writable: () => sink.writable(), signal },
        begun.resolve,
      );
      dumping.catch(() => {});
      await Promise.race([begun.promise, dumping.catch(() => {})]);
      const inexact = await point.release();
      const counting = countSchema(point.counting, schema.name, tables, countBudget);
      this.#keep(Promise.allSettled([counting, dumping]).then(() => point.counting.close()));
      const programs = ofType(objects.programs, 'TRIGGER', 'VIEW', 'EVENT');
      this.#captured.push({ schema, tables, programs, counting, inexact });
      await dumping;
    } catch (error) {
      throw watch.signal.aborted ? asHoldfastError(watch.signal.reason) : error;
    } finally {
      watch.stop();
    }
  }

  async facts() {
    const captured = await Promise.all(
      this.#captured.map(
        async ({ counting, ...rest }): Promise<CapturedSchema> => ({ ...rest, counted: await counting }),
      ),
    );
    if (captured.length !== this.#survey.schemas.length) {
      throw new HoldfastError('internal', 'Not every database of the server was dumped.');
    }
    const users = await this.#readUsers();
    const facts = captureFacts(this.#connected, this.#survey, captured, users);
    this.#complete = true;
    return facts;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#sessions);
    if (this.#complete || !this.#begun) return;
    await endSessions(this.#connected, this.#context.operationId).catch(() => {});
  }

  get #signal(): AbortSignal {
    return AbortSignal.any([this.#context.signal, this.#stop.signal]);
  }

  /** The users, or why they could not be read: that is no reason to have no backup. */
  async #readUsers(): Promise<readonly User[] | string> {
    try {
      return await readUsers(this.#connected, this.#signal);
    } catch (error) {
      throwIfCancelled(this.#signal);
      return asHoldfastError(error).message;
    }
  }

  #keep(session: Promise<void>): void {
    this.#sessions.add(session);
    void session.then(() => this.#sessions.delete(session));
  }
}
