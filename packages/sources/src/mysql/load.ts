import { Readable } from 'node:stream';
import { HoldfastError, type Reporter } from '@holdfast/runtime';
import type { PartReader } from '../source.ts';
import { clientCommand, clientEnvironment, lastWords, type MysqlServer, sessionPreamble } from './client.ts';
import { quoteIdentifier } from './quoting.ts';
import { replaceInStream } from './replace-in-stream.ts';

/** Longer than any load that still makes progress; a stuck one must end some day. */
const timeoutMs = 48 * 60 * 60 * 1000;

/** What newer dump programs of MariaDB write first; clients that do not know it refuse the whole dump. */
const sandboxLine = /^\/\*M?!999999\\- enable the sandbox mode \*\/ ?\r?\n/;

/**
 * Loads a dump into an empty schema with the container's own client, which stops at the first error.
 *
 * A dump names its schema in one place only: where the collation of the schema was another when a routine was made, it
 * is altered for a moment. That must not happen to the schema that serves.
 *
 * @param target a name of our own making, safe on a command line
 * @throws HoldfastError `restore-failed` with the words of the client; those of the reader; `cancelled`
 */
export async function loadSchema(
  server: MysqlServer,
  schema: string,
  target: string,
  reader: PartReader,
  { reporter, signal }: { readonly reporter: Reporter; readonly signal: AbortSignal },
): Promise<void> {
  const { stream, done } = await reader.stream();
  let failure: { error: unknown } | undefined;
  done.catch((error: unknown) => {
    failure ??= { error };
  });
  async function* script(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${sessionPreamble}\n`);
    let bytesDone = 0;
    const chunks = withoutSandboxLine(stream.iterator({ destroyOnReturn: false }));
    const alter = (name: string) => Buffer.from(`\nALTER DATABASE ${quoteIdentifier(name)} `);
    for await (const chunk of replaceInStream(chunks, alter(schema), alter(target))) {
      bytesDone += chunk.length;
      reporter.progress({ bytesDone, bytesTotal: reader.part.bytes });
      yield chunk;
    }
    // Ends only when the reader says that all of it was there; else it fails, so that the client sees no end.
    await done;
  }
  try {
    const result = await server.runner.run({
      command: clientCommand(server, target),
      environment: clientEnvironment(server),
      input: { readable: Readable.from(script(), { objectMode: false }) },
      signal,
      timeoutMs,
    });
    if (result.exitCode !== 0) {
      throw new HoldfastError(
        'restore-failed',
        `The client of the server ended with status ${result.exitCode}: ${lastWords(result.stderr)}`,
      );
    }
    stream.resume();
    await done;
  } catch (error) {
    stream.destroy();
    // Whoever failed first is the cause; the other one only lost its partner.
    throw failure === undefined ? error : failure.error;
  }
}

async function* withoutSandboxLine(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 64) continue;
    const first = head;
    head = undefined;
    yield trimmed(first);
  }
  if (head !== undefined) yield trimmed(head);
}

function trimmed(head: Buffer): Buffer {
  const line = sandboxLine.exec(head.subarray(0, 256).toString('latin1'));
  return line === null ? head : head.subarray(line[0].length);
}
