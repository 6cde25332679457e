import { type ExitCode, exitCodes, type SnapshotEntry } from '@holdfast/contracts';
import { formatBytes, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';

/** What lies in one folder of a snapshot. */
export async function listEntries(context: CommandContext, id: string, path: string): Promise<ExitCode> {
  const { output } = context;
  const entries = await (await context.client()).snapshotEntries(id, path);
  if (output.json) output.document(entries);
  else if (entries.length === 0) output.note(markup`There is nothing in ${path}.`);
  else {
    output.table(
      [{ title: 'PATH', wraps: true }, { title: 'SIZE', align: 'right' }, { title: 'CHANGED' }],
      entries.map((entry) => [
        shownPath(entry),
        entry.bytes === undefined ? '' : formatBytes(entry.bytes),
        entry.modified === undefined ? '' : formatInstant(entry.modified),
      ]),
    );
  }
  return exitCodes.ok;
}

/** As it is given to `get`; a folder with a slash at its end. */
function shownPath({ path, type }: SnapshotEntry): string {
  return type === 'directory' ? `${path}/` : path;
}
