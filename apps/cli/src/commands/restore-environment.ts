import {
  type EnvironmentRestoreResult,
  type ExitCode,
  environmentRestoreResultSchema,
  exitCodes,
  type Operation,
} from '@holdfast/contracts';
import { count, formatDuration } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { CommandError, exitCodeOf } from '../command-error.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';
import { shortUuid } from '../output/short-id.ts';
import { followOperation } from '../progress/follow-operation.ts';
import { confirmByTyping } from '../prompts/confirm-by-typing.ts';
import { explainPreflight } from './preflight-report.ts';

export interface RestoreEnvironmentOptions {
  /** Only looks, and changes nothing. */
  readonly preflight?: boolean;
  readonly partial?: boolean;
  readonly safetySnapshot?: boolean;
  readonly yes?: boolean;
}

/** Puts a whole environment back to a recovery point. Says first what that will do, and asks for its name. */
export async function restoreEnvironment(
  context: CommandContext,
  environment: string,
  reference: string,
  options: RestoreEnvironmentOptions,
): Promise<ExitCode> {
  const client = await context.client();
  const { output } = context;
  const alone = options.preflight === true;
  let point = reference;
  if (alone || options.yes !== true) {
    const preflight = await client.preflight(environment, reference);
    if (alone && output.json) output.document(preflight);
    else {
      const lines = explainPreflight(preflight, alone ? output.palette : output.errorPalette);
      for (const line of lines) {
        if (alone) output.line(line);
        else output.note(line);
      }
    }
    const [problem] = preflight.problems;
    if (alone) return problem === undefined ? exitCodes.ok : exitCodes.failed;
    if (problem !== undefined) {
      throw new CommandError('restore-blocked', preflight.problems.map(({ detail }) => detail).join(' '));
    }
    await confirmByTyping(context, environment);
    // What was shown is what is restored.
    point = preflight.point.id;
  }
  const started = await client.startEnvironmentRestore(environment, {
    point,
    confirmation: environment,
    safetySnapshot: options.safetySnapshot ?? true,
    partial: options.partial ?? false,
  });
  const ended = await followOperation(context, started, { onInterrupt: 'cancel', logs: 'all' });
  return report(context, environment, ended);
}

function report(context: CommandContext, environment: string, operation: Operation): ExitCode {
  const { output } = context;
  const { id: operationId, state, error } = operation;
  const result = state === 'succeeded' ? environmentRestoreResultSchema.parse(operation.result) : undefined;
  if (output.json) output.document({ operationId, state, environment, ...result, error });
  else if (result !== undefined) printResult(context, result);
  else printFailure(output, error ?? endedWithoutWords(state));
  if (state === 'succeeded') return exitCodes.ok;
  return error === undefined ? exitCodes.failed : exitCodeOf(error.code);
}

function printResult({ output }: CommandContext, result: EnvironmentRestoreResult): void {
  const { palette } = output;
  output.table(
    [
      { title: 'MEMBER', wraps: true },
      { title: 'KIND' },
      { title: 'VERIFIED', align: 'right' },
      { title: 'TIME', align: 'right' },
      { title: 'KEPT AS', wraps: true },
    ],
    result.members.map(({ source, kind, verified, durationMs = 0, previous }) => [
      source,
      kind,
      String(Object.values(verified).reduce((sum, number) => sum + number, 0)),
      formatDuration(durationMs),
      previous.join(', '),
    ]),
  );
  const running = result.containers.filter(({ state }) => state !== 'stopped');
  const healthy = running.filter(({ state }) => state === 'healthy').length;
  const stopped = result.containers.filter(({ state }) => state === 'stopped').map(({ name }) => name);
  output.line(
    markup`${palette.green('Restored')} ${result.environment} in ${formatDuration(result.recoveryMs)}: ${count(running.length, 'container')} running, ${healthy} of them say that they are healthy.`,
  );
  if (stopped.length > 0) output.line(markup`Stopped, as before: ${stopped.join(', ')}.`);
  if (result.skipped.length > 0)
    output.line(markup`Not in the recovery point, and as they were: ${result.skipped.join(', ')}.`);
  if (result.safetyPointId !== undefined) {
    output.line(
      markup`The state before is the recovery point ${shortUuid(result.safetyPointId)}. Drop what is kept beside when you are content.`,
    );
  }
  for (const warning of result.warnings) output.warn(warning);
}

function endedWithoutWords(state: Operation['state']) {
  const { message, code, hint } = new CommandError(
    state === 'cancelled' || state === 'interrupted' ? state : 'internal',
    `The restore ended as ${state}.`,
  );
  return { code, detail: message, hint };
}
