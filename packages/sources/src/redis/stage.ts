import { randomBytes } from 'node:crypto';
import { PassThrough, type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult } from '@holdfast/docker';
import { HoldfastError, Secret } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';
import type { ConnectedServer } from './connect.ts';
import { freePort, type LiveSettings, workName } from './live-settings.ts';
import { RdbCheck } from './rdb/rdb-check.ts';
import { MalformedRdb } from './rdb/rdb-parser.ts';
import { cliEnvironment, commandLine, connectionArguments, type RedisServer } from './redis-cli.ts';
import { stageScript } from './stage-script.ts';

/** A dump to be loaded. */
export interface DumpInput {
  readonly stream: Readable;
  /** Rejects when the bytes were not complete. */
  readonly done: Promise<void>;
  readonly bytes: number;
}

/**
 * A second server beside the live one, in its container, which holds a loaded dump. It ends with `end`, and with this
 * process.
 */
export class Stage {
  readonly server: RedisServer;
  readonly port: number;
  readonly password: Secret;
  readonly #input: PassThrough;
  readonly #session: Promise<CommandResult>;
  #noted: (() => void)[] = [];

  private constructor(
    server: RedisServer,
    port: number,
    password: Secret,
    input: PassThrough,
    session: Promise<CommandResult>,
  ) {
    this.server = server;
    this.port = port;
    this.password = password;
    this.#input = input;
    this.#session = session;
  }

  /**
   * Starts it and loads the dump, which is checked on its way.
   *
   * @throws HoldfastError `restore-failed`, `restore-target-older`, `restore-target-incomplete`, what `dump.done` rejects with,
   *   `cancelled`
   */
  static async load(
    connected: ConnectedServer,
    settings: LiveSettings,
    dump: DumpInput,
    context: CaptureContext,
  ): Promise<Stage> {
    const { server, serverProgram } = connected;
    if (serverProgram === undefined) {
      throw new HoldfastError(
        'container-command-missing',
        `The container ${connected.container.name} has no ${connected.product}-server on its PATH.`,
      );
    }
    const port = await freePort(server, context.operationId, context.signal);
    const password = settings.masterPassword ?? new Secret(`holdfast-${randomBytes(24).toString('hex')}`);
    const input = new PassThrough();
    const output = new LineReader();
    const session = server.runner.run({
      command: [
        'sh',
        '-c',
        stageScript,
        'holdfast',
        String(dump.bytes),
        workName(context.operationId),
        serverProgram,
        server.client,
        String(port),
        String(settings.databases),
        settings.folder,
        ...connectionArguments(server),
      ],
      environment: { ...cliEnvironment(server), HOLDFAST_STAGE_PASSWORD: password },
      // By exec a command would run as root; files are to be the server's own.
      ...(server.runner.dataPath === 'direct' ? {} : { user: settings.owner }),
      // Its end has to reach the script: that is how it learns that nobody is left.
      input: { readable: input },
      output: { writable: output },
    });
    session.catch(() => {});
    const loaded = output.next();
    const check = new RdbCheck();
    const feeding = feed(dump, check, input, context);
    feeding.catch(() => input.end());
    try {
      const word = await Promise.race([loaded, failureOf(session, connected, feeding), rejectionOf(feeding)]);
      await feeding;
      const folder = /^loaded (\/.*)$/.exec(word)?.[1];
      if (folder === undefined) throw new HoldfastError('internal', `The second server said "${word}".`);
      const staged: RedisServer = {
        runner: server.runner,
        client: server.client,
        at: { socket: `${folder}/socket` },
        password,
      };
      const stage = new Stage(staged, port, password, input, session);
      output.onLine = () => stage.#noted.shift()?.();
      return stage;
    } catch (error) {
      input.end();
      await session.catch(() => {});
      throw error;
    }
  }

  /** From now on the live server is put right by this command, should this process die. Later ones run first. */
  async undoBy(words: readonly string[]): Promise<void> {
    await this.#say(commandLine(words));
  }

  /** Nothing is to be put right any more. */
  async forgetUndo(): Promise<void> {
    await this.#say('forget');
  }

  /** Ends the server without putting anything right. */
  async end(): Promise<void> {
    this.#input.write('end\n');
    await this.#session.catch(() => {});
    this.#input.end();
  }

  /** Ends it as the death of this process would: the live server is put right. */
  async abandon(): Promise<void> {
    this.#input.end();
    await this.#session.catch(() => {});
  }

  async #say(line: string): Promise<void> {
    const noted = new Promise<void>((resolve) => this.#noted.push(resolve));
    this.#input.write(`${line}\n`);
    const over = this.#session.then(
      () =>
        Promise.reject(new HoldfastError('restore-failed', 'The second server in the container was ended.')),
      (error: unknown) => Promise.reject(error instanceof Error ? error : new Error(String(error))),
    );
    await Promise.race([noted, over]);
  }
}

async function feed(
  dump: DumpInput,
  check: RdbCheck,
  input: PassThrough,
  { reporter, signal }: CaptureContext,
): Promise<void> {
  const ticker = setInterval(
    () => reporter.progress({ bytesDone: check.bytes, bytesTotal: dump.bytes }),
    500,
  );
  try {
    const passing = pipeline(dump.stream, check, input, { end: false, signal });
    const [passed, complete] = await Promise.allSettled([passing, dump.done]);
    if (complete.status === 'rejected') throw complete.reason;
    if (passed.status === 'rejected') throw passed.reason;
    check.verify();
  } catch (error) {
    if (error instanceof MalformedRdb) {
      throw new HoldfastError('restore-failed', `The stored dump cannot be used: ${error.message}.`);
    }
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/** Rejects when the session is over before it should be. Whoever failed first is the cause. */
async function failureOf(
  session: Promise<CommandResult>,
  connected: ConnectedServer,
  feeding: Promise<void>,
): Promise<never> {
  const { stderr } = await session;
  // The server may have ended because the bytes did: then that is what is to be told.
  await Promise.race([feeding, sleep(200)]);
  throw loadFailure(stderr, connected);
}

async function rejectionOf(feeding: Promise<void>): Promise<never> {
  await feeding;
  return await new Promise<never>(() => {});
}

function loadFailure(stderr: string, { container, product, version }: ConnectedServer): HoldfastError {
  // Its log: process, role, time, level, words.
  const words = stderr
    .split('\n')
    .map((line) => line.replace(/^\d+:[A-Z] .*? [#*-] /, ''))
    .filter((line) => line !== '');
  const older = words.find((line) => /Can't handle RDB format version/.test(line));
  if (older !== undefined) {
    return new HoldfastError(
      'restore-target-older',
      `The server in container ${container.name} is ${product} ${version} and cannot read the dump: ${older}`,
    );
  }
  const lacking = words.find((line) => /no matching module|more than \d+ databases/.test(line));
  if (lacking !== undefined) {
    return new HoldfastError('restore-target-incomplete', `The dump could not be loaded: ${lacking}`);
  }
  return new HoldfastError(
    'restore-failed',
    `The dump could not be loaded beside the live data; the last words were: ${words.slice(-3).join(' ') || 'none'}`,
  );
}

/** Gives the lines of an output, one at a time. */
class LineReader extends Writable {
  #text = '';
  #first = Promise.withResolvers<string>();
  #lines = 0;
  onLine: (line: string) => void = () => {};

  /** The first line. */
  next(): Promise<string> {
    return this.#first.promise;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#text += chunk.toString('utf8');
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#lines++ === 0) this.#first.resolve(line);
      else this.onLine(line);
    }
    done();
  }
}
