import { type DrillItem, type ExitCode, exitCodes, type Operation } from '@holdfast/contracts';
import { count, formatDuration, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { exitCodeOf } from '../command-error.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';
import { shortUuid } from '../output/short-id.ts';
import { followOperation } from '../progress/follow-operation.ts';

export interface DrillOptions {
  readonly detach?: boolean;
}

/** Restores a snapshot into a throwaway and compares it with what was counted at backup time. */
export async function drill(
  context: CommandContext,
  name: string,
  snapshot: string,
  options: DrillOptions,
): Promise<ExitCode> {
  const { output } = context;
  const client = await context.client();
  const started = await client.startDrill({ name, snapshot });
  if (options.detach === true && !client.embedded) {
    if (output.json) output.document(drillDocument(started));
    else output.line(markup`Started. Watch it with: holdfast operations --follow ${started.id}`);
    return exitCodes.ok;
  }
  if (options.detach === true) {
    output.note(markup`No server runs here, so this command stays until the drill is done.`);
  }
  return reportDrill(context, await followOperation(context, started));
}

function reportDrill(context: CommandContext, operation: Operation): ExitCode {
  const { output } = context;
  const items = operation.drills ?? [];
  if (output.json) output.document(drillDocument(operation));
  else {
    for (const item of items) printItem(context, item);
    if (items.length === 0 && operation.error !== undefined) printFailure(output, operation.error);
  }
  return drillExitCode(operation);
}

/** 0 when all is proven, 3 when some are and some are not; else that of the error. */
export function drillExitCode(operation: Operation): ExitCode {
  if (operation.state === 'succeeded') return exitCodes.ok;
  if ((operation.drills ?? []).some(({ state }) => state === 'succeeded')) return exitCodes.partlyFailed;
  return operation.error === undefined ? exitCodes.failed : exitCodeOf(operation.error.code);
}

/** The fixed shape of `drill --json`. */
function drillDocument({ id, state, drills = [], error }: Operation) {
  return { operationId: id, state, items: drills, error };
}

function printItem({ output }: CommandContext, item: DrillItem): void {
  const { palette } = output;
  const which = markup`the snapshot ${shortUuid(item.snapshotId)} of ${formatInstant(item.snapshotTime)}`;
  if (item.state !== 'succeeded') {
    output.line(markup`${palette.red('Not proven')}: ${item.source}, ${which}.`);
    if (item.error !== undefined) printFailure(output, item.error, item.source);
    return;
  }
  output.line(
    markup`${palette.green('Proven')}: ${item.source}, ${which}, restored in ${formatDuration(item.durationMs)}.`,
  );
  output.line(markup`  Counted again and found equal: ${comparedWords(item)}.`);
}

/** `12 tables with 3412 rows` would be nicer, but only the kind of source knows what its counts are. */
function comparedWords({ compared, hashes }: DrillItem): string {
  const numbers = Object.values(compared);
  const total = numbers.reduce((sum, number) => sum + number, 0);
  const hashed = hashes === 0 ? '' : `; content hashed and found equal: ${count(hashes, 'item')}`;
  return `${count(numbers.length, 'item')}, ${total} in all${hashed}`;
}
