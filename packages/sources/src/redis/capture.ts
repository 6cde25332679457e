import { pipeline } from 'node:stream/promises';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { dockerOf } from '../container/container.ts';
import { watchContainer } from '../container/container-watch.ts';
import { whyContainerStopped } from '../container/why-stopped.ts';
import { runEndingWithClient } from '../end-with-client.ts';
import { cancellationOf } from '../files/cancellation.ts';
import type { Capture, CaptureContext, CaptureFacts, Sink } from '../source.ts';
import { type ConnectedServer, connectServer } from './connect.ts';
import { dumpPath, type RedisDetails } from './details.ts';
import type { RedisLocator } from './locator.ts';
import { RdbCheck } from './rdb/rdb-check.ts';
import { MalformedRdb } from './rdb/rdb-parser.ts';
import { cliEnvironment, connectionArguments } from './redis-cli.ts';
import { transferFailure } from './transfer-errors.ts';

/** Header, fields, end and sum; a dump without any key is longer. */
const minimumBytes = 40;

/**
 * Captures all databases of a server as of one instant, the way a replica gets them: the server forks, and its child
 * streams what it holds. Nothing is written on the server's disk.
 */
export async function captureRedis(locator: RedisLocator, context: CaptureContext): Promise<Capture> {
  const connected = await connectServer(locator, context);
  refuseBrokenReplica(connected);
  const running = new RunningCapture(connected, context);
  return {
    parts: [
      {
        type: 'stream',
        path: dumpPath,
        magic: magicOf(connected),
        minimumBytes,
        produce: (sink) => running.produce(sink),
      },
    ],
    dataPath: connected.server.runner.dataPath,
    facts: async () => running.facts(),
    close: async () => running.close(),
  };
}

/** Valkey has a name of its own in the format since version 9. */
function magicOf({ product, version }: ConnectedServer): Uint8Array {
  return Buffer.from(product === 'valkey' && Number.parseInt(version, 10) >= 9 ? 'VALKEY' : 'REDIS');
}

/** What such a replica holds is of an unknown age, and it gives it to nobody. */
function refuseBrokenReplica({ container, info }: ConnectedServer): void {
  if (info.get('role') !== 'slave' || info.get('master_link_status') === 'up') return;
  throw new HoldfastError(
    'dump-failed',
    `The server in container ${container.name} is a replica that has lost its primary (${info.get('master_host')}:${info.get('master_port')}).`,
    { hint: 'Restore the connection between the two, or back up the primary.' },
  );
}

function malformed(error: unknown): HoldfastError {
  const words = error instanceof Error ? error.message : String(error);
  return new HoldfastError('dump-malformed', `What the server sent cannot be used: ${words}.`);
}

class RunningCapture {
  readonly #connected: ConnectedServer;
  readonly #context: CaptureContext;
  readonly #stop = new AbortController();
  readonly #check = new RdbCheck();
  #complete = false;

  constructor(connected: ConnectedServer, context: CaptureContext) {
    this.#connected = connected;
    this.#context = context;
  }

  async produce(sink: Sink): Promise<void> {
    const { container, info } = this.#connected;
    const { reporter, signal: cancelled } = this.#context;
    const docker = dockerOf(this.#context);
    const watch = watchContainer(docker, container.id);
    const signal = AbortSignal.any([cancelled, sink.signal, this.#stop.signal, watch.signal]);
    reporter.step('dumping');
    if (info.get('rdb_bgsave_in_progress') === '1') {
      reporter.log('info', 'The server is saving its data just now; the dump begins when it is done.');
    }
    const ticker = setInterval(() => reporter.progress({ bytesDone: this.#check.bytes }), 500);
    try {
      await this.#transfer(sink, signal);
      this.#complete = true;
    } catch (error) {
      if (watch.signal.aborted) throw asHoldfastError(watch.signal.reason);
      if (cancelled.aborted) throw cancellationOf(cancelled);
      const gone = await whyContainerStopped(docker, container.id);
      if (gone !== undefined) throw new HoldfastError('container-lost', `${gone} The dump was not complete.`);
      throw error;
    } finally {
      clearInterval(ticker);
      watch.stop();
    }
  }

  /** Both ends are waited for: what went wrong with the bytes says less than what the program says. */
  async #transfer(sink: Sink, signal: AbortSignal): Promise<void> {
    const { server } = this.#connected;
    const broken = new AbortController();
    const passing = pipeline(this.#check, sink.writable());
    // Nobody reads on: the client program is to end, too.
    passing.catch(() => broken.abort());
    const running = runEndingWithClient(server.runner, {
      command: [server.client, ...connectionArguments(server), '--rdb', '-'],
      environment: cliEnvironment(server),
      output: { writable: this.#check },
      signal: AbortSignal.any([signal, broken.signal]),
    });
    // A client that could not even be started ends nothing.
    running.catch((error: unknown) => this.#check.destroy(asHoldfastError(error)));
    const [passed, ran] = await Promise.allSettled([passing, running]);
    if (ran.status === 'fulfilled' && ran.value.exitCode !== 0)
      throw transferFailure(ran.value, this.#connected);
    if (passed.status === 'rejected' && passed.reason instanceof MalformedRdb) {
      throw malformed(passed.reason);
    }
    if (ran.status === 'rejected' && !broken.signal.aborted) throw ran.reason;
    if (passed.status === 'rejected') throw passed.reason;
    if (ran.status === 'rejected') throw ran.reason;
    try {
      this.#check.verify();
    } catch (error) {
      throw malformed(error);
    }
  }

  facts(): CaptureFacts {
    if (!this.#complete) throw new HoldfastError('internal', 'The dump was not made.');
    const { product, version, info } = this.#connected;
    const { checked, gaveUp, tally, version: format } = this.#check;
    const warnings: string[] = [];
    if (gaveUp !== undefined) {
      warnings.push(
        `What the dump holds could not be counted: ${gaveUp}. It is complete, as its checksum shows.`,
      );
    }
    if (!checked) {
      warnings.push(
        'The server writes no checksum into its dumps (rdbchecksum no): only their form was checked.',
      );
    }
    if (info.get('rdb_last_bgsave_status') === 'err') {
      warnings.push(
        "The server's own last save failed, as it says itself. This dump was made without its disk.",
      );
    }
    const details: RedisDetails = {
      product,
      version,
      format,
      expiredAt: tally.expiredAt,
      usedMemory: Number(info.get('used_memory')) || 0,
      counted: gaveUp === undefined,
    };
    return {
      counts: gaveUp === undefined ? tally.counts() : {},
      ...(gaveUp === undefined ? { hashes: tally.hashes() } : {}),
      versions: { [product]: version, rdb: String(format) },
      warnings,
      details,
      attachments: [],
    };
  }

  close(): void {
    this.#stop.abort();
  }
}
