import { type ExitCode, exitCodes, type ProbeResult } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { exitCodeOf } from '../command-error.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';

/** Each step of a probe with its outcome, then what is wrong in words (with `--json` the caller prints the result). */
export function reportProbe({ output }: CommandContext, probe: ProbeResult): ExitCode {
  if (!output.json) {
    for (const { step, ok, durationMs } of probe.steps) {
      const mark = ok ? output.palette.green('ok') : output.palette.red('failed');
      output.line(markup`  ${step}: ${mark} in ${formatDuration(durationMs)}`);
    }
    for (const warning of probe.warnings) output.warn(warning);
    if (probe.error !== undefined) printFailure(output, probe.error);
  }
  if (probe.ok) return exitCodes.ok;
  return probe.error === undefined ? exitCodes.failed : exitCodeOf(probe.error.code);
}
