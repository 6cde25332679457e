import { PassThrough, Writable } from 'node:stream';
import { asHoldfastError, createLineSplitter, HoldfastError } from '@holdfast/runtime';
import { clientCommand, clientEnvironment, type MysqlServer, mysqlError, sessionPreamble } from './client.ts';

/** One client that stays open, so that a transaction or a lock can live as long as it is needed. */
export interface MysqlSession {
  /**
   * Runs statements and resolves with the lines that they returned. One question at a time; the first error ends
   * the session.
   *
   * @throws HoldfastError when a statement failed, or the session or the server is gone
   */
  ask(sql: string): Promise<readonly string[]>;
  /** Ends the session, its transaction and its locks. Never rejects. */
  close(): Promise<void>;
}

const endOfAnswer = 'holdfast-end-of-answer';
const longestLine = 64 * 1024 * 1024;
const closeWithinMs = 5_000;

/** Opens a session. Nothing is known of its success before the first answer. */
export function openSession(server: MysqlServer, signal: AbortSignal): MysqlSession {
  const input = new PassThrough();
  const stop = new AbortController();
  let lines: string[] = [];
  let waiting: PromiseWithResolvers<readonly string[]> | undefined;
  let failure: HoldfastError | undefined;

  const splitter = createLineSplitter((line) => {
    if (line !== endOfAnswer) {
      lines.push(line);
      return;
    }
    const answer = lines;
    lines = [];
    const asked = waiting;
    waiting = undefined;
    asked?.resolve(answer);
  }, longestLine);
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      splitter.push(chunk);
      done();
    },
  });
  const run = async (): Promise<HoldfastError> => {
    try {
      const { stderr } = await server.runner.run({
        command: clientCommand(server),
        environment: clientEnvironment(server),
        input: { readable: input },
        output: { writable: output },
        signal: AbortSignal.any([signal, stop.signal]),
      });
      return mysqlError(stderr || 'the session was ended');
    } catch (error) {
      return asHoldfastError(error);
    }
  };
  const watch = async () => {
    failure = await run();
    waiting?.reject(failure);
  };
  const ended = watch();
  input.write(`${sessionPreamble}\n`);

  return {
    ask(sql) {
      if (failure !== undefined) return Promise.reject(failure);
      if (waiting !== undefined) {
        return Promise.reject(new HoldfastError('internal', 'A session was asked two things at once.'));
      }
      waiting = Promise.withResolvers();
      input.write(`/* ${server.mark} */ ${sql};\nSELECT '${endOfAnswer}';\n`);
      return waiting.promise;
    },
    async close() {
      input.end();
      const patience = setTimeout(() => stop.abort(), closeWithinMs);
      await ended;
      clearTimeout(patience);
      input.destroy();
    },
  };
}
