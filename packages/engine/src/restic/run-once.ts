import { type ProcessOutput, runProcess, type Secret } from '@holdfast/runtime';
import type { Repository, RunOptions } from '../engine.ts';
import { engineMissing, resticArguments, resticEnvironment } from './restic-command.ts';
import { resticError } from './restic-errors.ts';
import { gatherReport, type ResticReport } from './restic-report.ts';
import type { ResticSettings } from './restic-settings.ts';
import { watchRetries } from './retry-watch.ts';

/** Longer output than this (a list of about a hundred thousand snapshots) is refused. */
const captureBytes = 128 * 1024 * 1024;

export interface ResticCall {
  readonly settings: ResticSettings;
  readonly repository: Repository;
  /** The command's name and its arguments; the common ones are added. */
  readonly arguments: readonly [string, ...string[]];
  readonly options?: RunOptions;
  /** Where standard output goes; without it, its JSON lines are gathered into the report. */
  readonly stdout?: ProcessOutput | 'capture';
  /** Exit code 3 (some of it could not be done) is a result, too. */
  readonly allowPartial?: boolean;
  readonly workingDirectory?: string;
  /** It is left to its end when Holdfast dies: what it makes is of no use by half, and it waits for nobody. */
  readonly outlivesHoldfast?: boolean;
  /** What restic reads from `/dev/stdin`. */
  readonly input?: Secret;
}

export interface ResticResult {
  /** What `capture` asked for, else empty. */
  readonly stdout: Buffer;
  readonly report: ResticReport;
  /** 0, or 3 where `allowPartial` was given. */
  readonly exitCode: number;
}

const inputVariable = 'HOLDFAST_RESTIC_INPUT';

/** restic opens `/dev/stdin` by its name, which works with a pipe as a shell makes it, not with Node's sockets. */
function commandLine(binary: string, words: readonly string[], input: Secret | undefined) {
  if (input === undefined) return { program: binary, arguments: words };
  const script = `printf %s "$${inputVariable}" | exec "$0" "$@"`;
  return { program: 'sh', arguments: ['-c', script, binary, ...words] };
}

/**
 * Runs a restic command once, to its end.
 * @throws HoldfastError with the code that `restic-errors.ts` finds, `engine-missing`, or `cancelled`
 */
export async function runOnce(call: ResticCall, lockWaitMs: number): Promise<ResticResult> {
  const { settings, repository, options = {} } = call;
  const report = gatherReport(options);
  const giveUp = new AbortController();
  const retries = watchRetries(settings.retryDeadlineMs, (error) => giveUp.abort(error));
  const signals = [giveUp.signal, ...(options.signal === undefined ? [] : [options.signal])];
  try {
    const outcome = await runProcess({
      ...commandLine(settings.binary, resticArguments(repository, call.arguments, lockWaitMs), call.input),
      environment: {
        ...resticEnvironment(settings, repository),
        ...(call.input === undefined ? {} : { [inputVariable]: call.input }),
      },
      stdout: call.stdout === 'capture' ? { captureBytes } : (call.stdout ?? { onLine: report.onLine }),
      onStderrLine(line) {
        retries.onLine(line);
        report.onLine(line);
      },
      // It may wait for a lock, or read all of a repository, for long without a word.
      guarded: call.outlivesHoldfast !== true,
      signal: AbortSignal.any(signals),
      ...(call.workingDirectory === undefined ? {} : { workingDirectory: call.workingDirectory }),
    });
    const { exitCode } = outcome;
    const isAllowed = exitCode === 0 || (exitCode === 3 && call.allowPartial === true);
    if (exitCode === undefined || !isAllowed || report.disguisedFailure() !== undefined) {
      throw resticError(call.arguments[0], outcome, report);
    }
    return { stdout: outcome.stdout, report, exitCode };
  } catch (error) {
    throw engineMissing(error, settings);
  } finally {
    retries.stop();
  }
}
