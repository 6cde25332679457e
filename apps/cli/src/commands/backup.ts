import {
  type BackupItem,
  type ExitCode,
  exitCodes,
  type Operation,
  type RecoveryPoint,
} from '@holdfast/contracts';
import { count, formatBytes, formatDuration } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { CommandError, exitCodeOf } from '../command-error.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';
import { shortUuid } from '../output/short-id.ts';
import { followOperation } from '../progress/follow-operation.ts';
import { missing } from './points-list.ts';

export interface BackupOptions {
  readonly all?: boolean;
  readonly destination?: string;
  readonly detach?: boolean;
}

/** Backs up the named sources and environments, or everything that is protected; several at a time. */
export async function backup(
  context: CommandContext,
  names: readonly string[],
  options: BackupOptions,
): Promise<ExitCode> {
  const all = options.all ?? false;
  if (names.length === 0 && !all) {
    throw new CommandError(
      'invalid-input',
      'Say what to back up: names of sources or environments, or --all.',
      {
        hint: 'holdfast sources lists the names.',
      },
    );
  }
  if (names.length > 0 && all) throw new CommandError('invalid-input', 'Give names or --all, not both.');
  const client = await context.client();
  const { destination } = options;
  const started = await client.startBackup({
    names: [...names],
    all,
    ...(destination === undefined ? {} : { destination }),
  });
  return finishBackup(context, started, options);
}

/** Waits for a pass that was started and reports it, unless that is not wanted. */
export async function finishBackup(
  context: CommandContext,
  started: Operation,
  options: Pick<BackupOptions, 'detach'>,
): Promise<ExitCode> {
  const client = await context.client();
  if (options.detach === true && !client.embedded) return reportStarted(context, started);
  if (options.detach === true) {
    context.output.note(markup`No server runs here, so this command stays until the backup is done.`);
  }
  return await reportBackup(context, await followOperation(context, started));
}

function reportStarted({ output }: CommandContext, operation: Operation): ExitCode {
  if (output.json) output.document(backupDocument(operation));
  else output.line(markup`Started. Watch it with: holdfast operations --follow ${operation.id}`);
  return exitCodes.ok;
}

async function reportBackup(context: CommandContext, operation: Operation): Promise<ExitCode> {
  const { output } = context;
  const items = operation.items ?? [];
  const points = await pointsOf(context, operation);
  if (output.json) output.document(backupDocument(operation, points));
  else if (items.length > 0) printItems(context, items);
  if (!output.json && items.length === 0 && operation.error !== undefined)
    printFailure(output, operation.error);
  if (items.length === 0 && operation.state === 'succeeded') {
    output.warn(
      'There was nothing to back up. holdfast sources says what was found, and why it is not protected.',
    );
  }
  if (!output.json) for (const point of points) printPoint(context, point);
  return backupExitCode(operation, points);
}

/** One takes two sources at least: a member, and how the environment is built. */
async function pointsOf(context: CommandContext, { id, items = [] }: Operation): Promise<RecoveryPoint[]> {
  return items.length < 2 ? [] : (await context.client()).recoveryPoints({ operationId: id });
}

function printPoint({ output }: CommandContext, point: RecoveryPoint): void {
  const { id, environment, state } = point;
  const told = markup`Recovery point ${shortUuid(id)} of ${environment}: ${state}`;
  if (state === 'complete') output.line(markup`${told}.`);
  else output.line(markup`${told}, without ${missing(point).join(', ')}.`);
}

/** 0 when all is well, 3 when some items failed and some did not or a recovery point is partial, 1 when none succeeded. */
export function backupExitCode(operation: Operation, points: readonly RecoveryPoint[] = []): ExitCode {
  const items = operation.items ?? [];
  const succeeded = items.filter((item) => item.state === 'succeeded').length;
  if (operation.state === 'succeeded' && succeeded === items.length) {
    return points.some(({ state }) => state === 'partial') ? exitCodes.partlyFailed : exitCodes.ok;
  }
  if (operation.state === 'cancelled') return exitCodes.failed;
  if (succeeded > 0) return exitCodes.partlyFailed;
  if (items.length === 0 && operation.error !== undefined) return exitCodeOf(operation.error.code);
  return exitCodes.failed;
}

/** The fixed shape of `backup --json`; see the list of commands in the guides. */
function backupDocument(operation: Operation, points: readonly RecoveryPoint[] = []) {
  const { id, state, items = [], error } = operation;
  const recoveryPoints = points.map((point) => ({
    id: point.id,
    environment: point.environment,
    state: point.state,
    missing: missing(point),
  }));
  return { operationId: id, state, items, ...(points.length === 0 ? {} : { recoveryPoints }), error };
}

function printItems({ output }: CommandContext, items: readonly BackupItem[]): void {
  const { palette } = output;
  output.table(
    [
      { title: 'SOURCE', wraps: true },
      { title: 'RESULT' },
      { title: 'SNAPSHOT' },
      { title: 'READ', align: 'right' },
      { title: 'ADDED', align: 'right' },
      { title: 'TIME', align: 'right' },
    ],
    items.map((item) => [
      item.source,
      item.state === 'succeeded' ? palette.green('succeeded') : palette.red(item.state),
      item.snapshotId === undefined ? '' : shortUuid(item.snapshotId),
      formatBytes(item.bytesRead),
      formatBytes(item.bytesAdded),
      formatDuration(item.durationMs),
    ]),
  );
  for (const item of items) {
    if (item.error !== undefined) printFailure(output, item.error, item.source);
  }
  const failed = items.filter((item) => item.state !== 'succeeded').length;
  if (failed > 0) output.note(markup`${failed} of ${count(items.length, 'source')} failed.`);
}
