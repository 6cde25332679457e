import { PassThrough, Writable } from 'node:stream';
import { asHoldfastError, createLineSplitter, HoldfastError } from '@holdfast/runtime';
import { libpqEnvironment, type PostgresServer, psqlCommand, psqlError } from './psql.ts';

export interface Answer {
  readonly lines: readonly string[];
  /** `succeeded`, or the code of the error. */
  readonly sqlState: string;
}

/** One psql that stays open, so that a transaction can live as long as it is needed. */
export interface PsqlSession {
  /**
   * Runs statements and resolves with what they returned; an error of the last one is in the answer. One
   * question at a time.
   *
   * @throws HoldfastError when the session or the server is gone
   */
  ask(sql: string): Promise<Answer>;
  /** As `ask`. @throws HoldfastError also when the last statement failed */
  demand(sql: string): Promise<readonly string[]>;
  /** From here on a statement that fails is undone by itself, and the transaction goes on. */
  surviveErrors(): void;
  /** Ends the session and its transaction. Never rejects. */
  close(): Promise<void>;
}

export const succeeded = '00000';

const endOfAnswer = 'end-of-answer';
/** A list of tables is one line of JSON, and databases with many thousand tables exist. */
const longestLine = 64 * 1024 * 1024;
const closeWithinMs = 5_000;

/** Opens a session in a database. Nothing is known of its success before the first answer. */
export function openSession(server: PostgresServer, database: string, signal: AbortSignal): PsqlSession {
  const input = new PassThrough();
  const stop = new AbortController();
  let lines: string[] = [];
  let waiting: PromiseWithResolvers<Answer> | undefined;
  let failure: HoldfastError | undefined;

  const splitter = createLineSplitter((line) => {
    if (!line.startsWith(endOfAnswer)) {
      lines.push(line);
      return;
    }
    waiting?.resolve({ lines, sqlState: line.slice(endOfAnswer.length + 1) });
    waiting = undefined;
    lines = [];
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
        command: psqlCommand(server),
        environment: libpqEnvironment(server, database),
        input: { readable: input, endsItself: true },
        output: { writable: output },
        signal: AbortSignal.any([signal, stop.signal]),
      });
      return psqlError(stderr || 'the session was ended', database);
    } catch (error) {
      return asHoldfastError(error);
    }
  };
  const watch = async () => {
    failure = await run();
    waiting?.reject(failure);
  };
  const ended = watch();

  const ask = (sql: string): Promise<Answer> => {
    if (failure !== undefined) return Promise.reject(failure);
    if (waiting !== undefined) {
      return Promise.reject(new HoldfastError('internal', 'A session was asked two things at once.'));
    }
    waiting = Promise.withResolvers();
    input.write(`${sql};\n\\echo ${endOfAnswer} :SQLSTATE\n`);
    return waiting.promise;
  };

  return {
    ask,
    async demand(sql) {
      const answer = await ask(sql);
      if (answer.sqlState === succeeded) return answer.lines;
      throw new HoldfastError(
        'dump-failed',
        `PostgreSQL answered with error ${answer.sqlState}, for database "${database}", to: ${sql}`,
      );
    },
    surviveErrors() {
      // By savepoints; not from the start, because a snapshot can only be exported outside of them.
      input.write('\\set ON_ERROR_ROLLBACK on\n');
    },
    async close() {
      input.end('\\q\n');
      const patience = setTimeout(() => stop.abort(), closeWithinMs);
      await ended;
      clearTimeout(patience);
      input.destroy();
    },
  };
}
