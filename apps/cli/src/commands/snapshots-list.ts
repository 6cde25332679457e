import { type ExitCode, exitCodes } from '@holdfast/contracts';
import { formatAge, formatBytes, formatDuration, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { shortResticId } from '../output/short-id.ts';

/** The snapshots of one source or of all, newest first. */
export async function listSnapshots(context: CommandContext, source: string | undefined): Promise<ExitCode> {
  const { output } = context;
  const snapshots = await (await context.client()).snapshots(source);
  if (output.json) {
    output.document(snapshots);
    return exitCodes.ok;
  }
  if (snapshots.length === 0) {
    output.line(markup`There are no snapshots yet. Make one with: holdfast backup ${source ?? '--all'}`);
    return exitCodes.ok;
  }
  const now = Date.now();
  const { palette } = output;
  output.table(
    [
      { title: 'ID' },
      { title: 'SOURCE', wraps: true },
      { title: 'KIND' },
      { title: 'TIME' },
      { title: 'AGE' },
      { title: 'SIZE', align: 'right' },
      { title: 'DESTINATION', wraps: true },
      { title: 'PROOF' },
    ],
    snapshots.map((snapshot) => [
      shortResticId(snapshot.resticId),
      snapshot.source,
      snapshot.kind,
      formatInstant(snapshot.time),
      formatAge(snapshot.time, now),
      formatBytes(snapshot.bytes),
      snapshot.destination,
      snapshot.state === 'suspicious'
        ? palette.yellow('suspicious')
        : snapshot.proof === undefined
          ? ''
          : palette.green(
              `restored ${formatAge(snapshot.proof.time, now)}, in ${formatDuration(snapshot.proof.durationMs)}`,
            ),
    ]),
  );
  return exitCodes.ok;
}
