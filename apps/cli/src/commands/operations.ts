import { type ExitCode, exitCodes, type Operation } from '@holdfast/contracts';
import { formatAge, formatDuration } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { CommandError, exitCodeOf } from '../command-error.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';
import { followOperation } from '../progress/follow-operation.ts';
import { elapsed, hasEnded, labelOf } from '../progress/operation-tree.ts';
import { outcome } from '../progress/progress-line.ts';
import { backupExitCode } from './backup.ts';
import { drillExitCode } from './drill.ts';

export interface OperationsOptions {
  readonly follow?: string;
  readonly limit: string;
}

/** The latest operations, or one of them until it ends. */
export async function operations(context: CommandContext, options: OperationsOptions): Promise<ExitCode> {
  if (options.follow !== undefined) return follow(context, options.follow);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
    throw new CommandError('invalid-input', `--limit takes a number from 1 to 500, not "${options.limit}".`);
  }
  const { output } = context;
  const list = await (await context.client()).operations(limit);
  if (output.json) output.document(list);
  else printOperations(context, list);
  return exitCodes.ok;
}

async function follow(context: CommandContext, id: string): Promise<ExitCode> {
  const { output } = context;
  const running = await (await context.client()).operation(id);
  const operation = await followOperation(context, running, { onInterrupt: 'leave', logs: 'all' });
  if (output.json) output.document(operation);
  else if (operation.error !== undefined) printFailure(output, operation.error);
  else
    output.line(
      markup`${outcome(operation, output.palette)} after ${formatDuration(elapsed(operation, Date.now()))}`,
    );
  return exitCodeOfOperation(operation);
}

/** The exit code of an operation that has ended: the same that the command which started it would give. */
export function exitCodeOfOperation(operation: Operation): ExitCode {
  if (operation.kind === 'backup') return backupExitCode(operation);
  if (operation.kind === 'drill') return drillExitCode(operation);
  if (operation.state === 'succeeded') return exitCodes.ok;
  return operation.error === undefined ? exitCodes.failed : exitCodeOf(operation.error.code);
}

function printOperations({ output }: CommandContext, list: readonly Operation[]): void {
  if (list.length === 0) {
    output.line(markup`Nothing has been done here yet.`);
    return;
  }
  const now = Date.now();
  output.table(
    [
      { title: 'ID' },
      { title: 'KIND' },
      { title: 'ABOUT', wraps: true },
      { title: 'STATE' },
      { title: 'STARTED' },
      { title: 'TIME', align: 'right' },
      { title: 'REMARK', wraps: true },
    ],
    list.map((operation) => [
      operation.id,
      operation.kind,
      operation.source === undefined ? aboutItems(operation) : labelOf(operation),
      outcome(operation, output.palette),
      formatAge(operation.startedAt ?? operation.createdAt, now),
      formatDuration(elapsed(operation, now)),
      operation.error?.detail ?? (hasEnded(operation) ? '' : (operation.progress?.step ?? '')),
    ]),
  );
}

function aboutItems({ items = [], drills = [] }: Operation): string {
  return [...items, ...drills].map((item) => item.source).join(', ');
}
