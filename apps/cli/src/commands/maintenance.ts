import { type ExitCode, exitCodes } from '@holdfast/contracts';
import { count, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { shortResticId } from '../output/short-id.ts';
import { runOperation } from './run-operation.ts';

/** What retention would keep and what it would remove, and why. Changes nothing. */
export async function previewRetention(
  context: CommandContext,
  source: string | undefined,
): Promise<ExitCode> {
  const { output } = context;
  const decisions = await (await context.client()).previewRetention(source);
  if (output.json) {
    output.document(decisions);
    return exitCodes.ok;
  }
  const { palette } = output;
  const removed = decisions.filter((decision) => !decision.keep).length;
  if (decisions.length > 0) {
    output.table(
      [
        { title: 'SOURCE', wraps: true },
        { title: 'ID' },
        { title: 'TIME' },
        { title: 'DESTINATION', wraps: true },
        { title: 'WOULD BE' },
        { title: 'BECAUSE', wraps: true },
      ],
      decisions.map((decision) => [
        decision.source,
        shortResticId(decision.resticId),
        formatInstant(decision.time),
        decision.destination,
        decision.keep ? palette.green('kept') : palette.yellow('removed'),
        decision.reasons.join('; '),
      ]),
    );
  }
  output.note(markup`${removed} of ${count(decisions.length, 'snapshot')} would be removed.`);
  return exitCodes.ok;
}

/** Removes now what the preview names. */
export function runRetention(context: CommandContext): Promise<ExitCode> {
  return runOperation(context, 'Retention', (client) => client.startRetention());
}

/** Frees the space of what retention removed. */
export function prune(context: CommandContext): Promise<ExitCode> {
  return runOperation(context, 'Prune', (client) => client.startPrune());
}

/** Reads the repositories' structure and a part of their data, to find damage before it is needed. */
export function check(context: CommandContext): Promise<ExitCode> {
  return runOperation(context, 'Check', (client) => client.startCheck());
}
