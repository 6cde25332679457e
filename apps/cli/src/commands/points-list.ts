import { type ExitCode, exitCodes, type RecoveryPoint } from '@holdfast/contracts';
import { formatAge, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { shortUuid } from '../output/short-id.ts';

/** The recovery points of one environment or of all, newest first. */
export async function listPoints(
  context: CommandContext,
  environment: string | undefined,
): Promise<ExitCode> {
  const { output } = context;
  const points = await (await context.client()).recoveryPoints({ environment });
  if (output.json) output.document(points);
  else if (points.length > 0) printPoints(context, points);
  else {
    output.line(
      markup`There are no recovery points yet. Make one with: holdfast backup ${environment ?? '--all'}`,
    );
    output.note(markup`Only a Compose project, or what shares the label holdfast.environment, has them.`);
  }
  return exitCodes.ok;
}

function printPoints({ output }: CommandContext, points: readonly RecoveryPoint[]): void {
  const now = Date.now();
  const { palette } = output;
  output.table(
    [
      { title: 'ID' },
      { title: 'ENVIRONMENT', wraps: true },
      { title: 'TIME' },
      { title: 'AGE' },
      { title: 'STATE' },
      { title: 'SNAPSHOTS', align: 'right' },
      { title: 'DESTINATION', wraps: true },
      { title: 'MISSING', wraps: true },
    ],
    points.map((point) => [
      shortUuid(point.id),
      point.environment,
      formatInstant(point.time),
      formatAge(point.time, now),
      point.state === 'complete' ? palette.green('complete') : palette.yellow('partial'),
      String(everyone(point).length - missing(point).length),
      point.destination,
      missing(point).join(', '),
    ]),
  );
}

/** Names of members whose snapshot failed, or was removed since. */
export function missing(point: RecoveryPoint): string[] {
  return everyone(point).flatMap(({ source, snapshotId }) => (snapshotId === undefined ? [source] : []));
}

function everyone({ members, definition }: RecoveryPoint): RecoveryPoint['members'] {
  return [...members, definition];
}
