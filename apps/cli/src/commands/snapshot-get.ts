import { open, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ExitCode, exitCodes } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';

export interface GetOptions {
  readonly to?: string;
}

/** Writes a file or dump of a snapshot as it was, or a folder as a tar archive, to standard output or a new file. */
export async function getEntry(
  context: CommandContext,
  id: string,
  path: string,
  { to }: GetOptions,
): Promise<ExitCode> {
  const { host, output } = context;
  if (to === undefined && (host.stdout.isTTY === true || output.json)) {
    throw new CommandError(
      'invalid-input',
      output.json ? 'With --json the content needs a file.' : 'The content would go to the terminal.',
      { hint: 'Give --to FILE, or redirect the output.' },
    );
  }
  const content = await (await context.client()).snapshotContent(id, path);
  if (to === undefined) {
    await pipeline(content, unclosed(host.stdout));
    return exitCodes.ok;
  }
  const bytes = await writeFresh(to, content);
  if (output.json) output.document({ path, to, bytes });
  else output.note(markup`Wrote ${formatBytes(bytes)} to ${to}.`);
  return exitCodes.ok;
}

/** What is not whole is removed again. */
async function writeFresh(file: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  // It may hold anything that the source held: for this user only.
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const words = error.code === 'EEXIST' ? `${file} exists already.` : error.message;
    throw new CommandError('invalid-input', words, { cause: error });
  });
  let bytes = 0;
  try {
    for await (const chunk of content) {
      await handle.writeFile(chunk);
      bytes += chunk.byteLength;
    }
    await handle.sync();
    return bytes;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Standard output stays open for whoever writes to it next. */
function unclosed(output: Writable): Writable {
  return new Writable({ write: (chunk: Uint8Array, _encoding, done) => void output.write(chunk, done) });
}
