import {
  HoldfastError,
  type ProcessOutput,
  type ProcessSpec,
  runProcess,
  type SecretEnvironment,
} from '@holdfast/runtime';
import type { Repository, RunOptions } from '../engine.ts';
import { disguisedFailure, resticError } from './restic-errors.ts';
import { parseResticLine, type ResticMessage, type ResticSummary } from './restic-output.ts';
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
  readonly workingDirectory?: string;
}

/** The environment of every restic command: what opens the repository, nothing of it in argv or on disk. */
export function resticEnvironment(settings: ResticSettings, repository: Repository): SecretEnvironment {
  return {
    ...repository.access.environment,
    RESTIC_REPOSITORY: repository.access.location,
    RESTIC_PASSWORD: repository.password,
    // restic reads and writes times in the zone of the process.
    TZ: 'UTC',
    RESTIC_PROGRESS_FPS: '4',
    ...(repository.keyHint === undefined ? {} : { RESTIC_KEY_HINT: repository.keyHint }),
    ...(settings.cacheDirectory === undefined ? {} : { RESTIC_CACHE_DIR: settings.cacheDirectory }),
  };
}

export function resticArguments(
  settings: ResticSettings,
  repository: Repository,
  command: readonly string[],
): string[] {
  return [
    ...command,
    '--json',
    `--retry-lock=${Math.ceil(settings.lockWaitMs / 1000)}s`,
    ...repository.access.options.flatMap((option) => ['-o', option]),
  ];
}

/** What restic reports while it runs, gathered for its end. */
export interface ResticReport {
  readonly onStdoutLine: (line: string) => void;
  readonly onStderrLine: (line: string) => void;
  readonly summary: () => ResticSummary | undefined;
  /** The reason that restic gave for its exit. */
  readonly exitMessage: () => string | undefined;
  /** Errors on single files, with their paths. */
  readonly itemErrors: () => readonly { item: string; message: string }[];
  /** A line that means failure though restic may exit with 0. */
  readonly disguised: () => string | undefined;
}

export function gatherReport(options: RunOptions = {}): ResticReport {
  let summary: ResticSummary | undefined;
  let exitMessage: string | undefined;
  let disguised: string | undefined;
  const itemErrors: { item: string; message: string }[] = [];
  const take = (message: ResticMessage) => {
    switch (message.message_type) {
      case 'status':
        options.onProgress?.({
          bytesDone: message.bytes_done ?? message.bytes_restored ?? 0,
          ...(message.total_bytes === undefined ? {} : { bytesTotal: message.total_bytes }),
        });
        break;
      case 'summary':
        summary = message;
        break;
      case 'error':
        // Enough to say what is wrong; a whole tree of unreadable files must not fill the memory.
        if (itemErrors.length < 100) {
          itemErrors.push({
            item: message.item ?? '',
            message: message.error?.message ?? message.message ?? '',
          });
        }
        break;
      case 'exit_error':
        exitMessage = message.message;
        break;
    }
  };
  const onLine = (line: string) => {
    if (disguisedFailure(line)) disguised ??= line;
    const message = parseResticLine(line);
    if (message !== undefined) take(message);
    else if (!line.startsWith('{')) options.onMessage?.(line);
  };
  return {
    onStdoutLine: onLine,
    onStderrLine: onLine,
    summary: () => summary,
    exitMessage: () => exitMessage,
    itemErrors: () => itemErrors,
    disguised: () => disguised,
  };
}

export interface ResticResult {
  readonly stdout: Buffer;
  readonly report: ResticReport;
  /** 0, or 3 where `allowPartial` was given. */
  readonly exitCode: number;
}

/**
 * Runs a restic command to its end.
 * @throws HoldfastError with the code that `restic-errors.ts` finds, or `cancelled`
 */
export async function runRestic(
  call: ResticCall & { readonly stdout?: ProcessOutput | 'capture'; readonly allowPartial?: boolean },
): Promise<ResticResult> {
  const { settings, repository, options = {} } = call;
  const report = gatherReport(options);
  const giveUp = new AbortController();
  const retries = watchRetries(settings.retryDeadlineMs, (error) => giveUp.abort(error));
  const signals = [giveUp.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const stdout =
    call.stdout === 'capture' ? { captureBytes } : (call.stdout ?? { onLine: report.onStdoutLine });
  const spec: ProcessSpec = {
    program: settings.binary,
    arguments: resticArguments(settings, repository, call.arguments),
    environment: resticEnvironment(settings, repository),
    stdout,
    onStderrLine(line) {
      retries.onLine(line);
      report.onStderrLine(line);
    },
    signal: AbortSignal.any(signals),
    ...(call.workingDirectory === undefined ? {} : { workingDirectory: call.workingDirectory }),
  };
  const name = call.arguments[0];
  try {
    const { exitCode, signal, stderrTail, stdout: captured } = await runProcess(spec);
    const isAllowed = exitCode === 0 || (exitCode === 3 && call.allowPartial === true);
    const message = report.exitMessage() ?? report.disguised();
    if (!isAllowed || report.disguised() !== undefined) {
      throw resticError(name, {
        exitCode,
        signal,
        stderr: stderrTail,
        ...(message === undefined ? {} : { message }),
      });
    }
    return { stdout: captured, report, exitCode: exitCode ?? 1 };
  } catch (error) {
    throw engineMissing(error, settings);
  } finally {
    retries.stop();
  }
}

/** `program-missing` in the words of this area; any other error as it is. */
export function engineMissing(error: unknown, { binary }: ResticSettings): unknown {
  if (!(error instanceof HoldfastError) || error.code !== 'program-missing') return error;
  return new HoldfastError('engine-missing', `There is no program ${binary}.`, { cause: error });
}
