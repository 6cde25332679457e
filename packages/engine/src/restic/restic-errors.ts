import type { ErrorCode } from '@holdfast/contracts';
import { HoldfastError, type ProcessResult } from '@holdfast/runtime';
import type { ResticReport } from './restic-report.ts';

/**
 * Exit codes of restic with a meaning of their own, from 0.17 on, and of a shell that cannot start it. Every
 * other code but 0 is a failure.
 */
const exitCodes: ReadonlyMap<number, ErrorCode> = new Map([
  [10, 'repository-missing'],
  [11, 'repository-locked'],
  [12, 'repository-password-wrong'],
  [126, 'engine-missing'],
  [127, 'engine-missing'],
]);

/** What restic says when it exits with 1, most telling first. */
const patterns: readonly (readonly [RegExp, ErrorCode])[] = [
  [/no space left on device|disk quota exceeded|\b507\b|insufficient storage/i, 'destination-full'],
  [/InvalidAccessKeyId|access key .* does not exist/i, 'destination-key-unknown'],
  [/SignatureDoesNotMatch/i, 'destination-secret-wrong'],
  [/NoSuchBucket|specified bucket does not exist|bucket does not exist/i, 'destination-bucket-missing'],
  [/AuthorizationHeaderMalformed|region .* is wrong/i, 'destination-region-wrong'],
  [/RequestTimeTooSkewed/i, 'destination-clock-skew'],
  [/x509:|tls: /i, 'destination-tls'],
  [/AccessDenied|Access Denied|403 Forbidden|unable to remove/i, 'destination-forbidden'],
  [/read-only file system/i, 'destination-read-only'],
  [
    /connection refused|connection reset|no such host|network is unreachable|i\/o timeout|broken pipe/i,
    'destination-unreachable',
  ],
  [/multiple IDs with prefix/i, 'ambiguous'],
  [
    /ciphertext verification failed|decrypting blob .* failed|hash does not match|does not match|unexpected EOF|corrupt|damaged|errors were found|repository contains errors|not found in (?:index|repository|any index)|pack .* (?:missing|does not exist)|invalid data returned|repair index|tree .* could not be loaded/i,
    'repository-corrupt',
  ],
  [/no matching ID found|failed to find snapshot|not found in snapshot|path .* not found/i, 'not-found'],
  [/already locked|unable to create lock/i, 'repository-locked'],
];

/** restic's failure in Holdfast's terms. The detail holds restic's own words. */
export function resticError(
  command: string,
  outcome: Pick<ProcessResult, 'exitCode' | 'signal' | 'stderrTail'>,
  report: Pick<ResticReport, 'exitMessage' | 'disguisedFailure'>,
): HoldfastError {
  const { exitCode, signal, stderrTail } = outcome;
  const reason = report.exitMessage() ?? report.disguisedFailure();
  const words = (reason ?? lastWords(stderrTail)).replace(/^Fatal: /, '').trim();
  // The guard's shell reports a signal as 128 and its number.
  if (signal !== undefined || (exitCode ?? 0) > 128) {
    const what = `restic ${command} was killed (${signal ?? `status ${exitCode}`}).`;
    return new HoldfastError('engine-failed', `${what} ${words}`.trim());
  }
  const code = exitCodes.get(exitCode ?? 1) ?? codeOf(`${reason ?? ''}\n${stderrTail}`);
  return new HoldfastError(code, words === '' ? `restic ${command} exited with ${exitCode}.` : words);
}

/** The code for a text of restic; `engine-failed` when it is not a known one. */
export function codeOf(text: string): ErrorCode {
  return patterns.find(([pattern]) => pattern.test(text))?.[1] ?? 'engine-failed';
}

/** The last lines of text; JSON is left out. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'));
  return lines.slice(-5).join('\n');
}
