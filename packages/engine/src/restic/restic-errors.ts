import type { ErrorCode } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

/** Exit codes of restic with a meaning of their own, from 0.17 on. Every other code but 0 is a failure. */
const exitCodes: ReadonlyMap<number, ErrorCode> = new Map([
  [10, 'repository-missing'],
  [11, 'repository-locked'],
  [12, 'repository-password-wrong'],
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
  [/no matching ID found|not found in snapshot|path .* not found/i, 'not-found'],
  [/multiple IDs with prefix/i, 'ambiguous'],
  [
    /ciphertext verification failed|hash does not match|does not match|unexpected EOF|corrupt|damaged|errors were found|repository contains errors|not found in (?:index|repository|any index)|pack .* (?:missing|does not exist)|invalid data returned|repair index|tree .* could not be loaded/i,
    'repository-corrupt',
  ],
  [/already locked|unable to create lock/i, 'repository-locked'],
];

/** Texts after which a result is a failure even when restic exits with 0, as versions before 0.19 do. */
const failureInDisguise = /unable to remove|does not exist, skipping/i;

export interface ResticOutcome {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The end of standard error, secrets removed. */
  readonly stderr: string;
  /** What restic reported as its reason, where it did. */
  readonly message?: string;
}

export function disguisedFailure(line: string): boolean {
  return failureInDisguise.test(line);
}

/** restic's failure in Holdfast's terms. The detail holds restic's own words. */
export function resticError(command: string, outcome: ResticOutcome): HoldfastError {
  const words = wordsOf(outcome);
  if (outcome.signal !== undefined) {
    return new HoldfastError(
      'engine-failed',
      `restic ${command} was ended by ${outcome.signal}. ${words}`.trim(),
    );
  }
  const code = exitCodes.get(outcome.exitCode ?? 1) ?? codeOf(`${outcome.message ?? ''}\n${outcome.stderr}`);
  return new HoldfastError(code, words === '' ? `restic ${command} exited with ${outcome.exitCode}.` : words);
}

/** The code for a text of restic; `engine-failed` when it is not a known one. */
export function codeOf(text: string): ErrorCode {
  return patterns.find(([pattern]) => pattern.test(text))?.[1] ?? 'engine-failed';
}

/** The last lines that say something, without JSON and the prefix that restic gives to its fatal errors. */
function wordsOf({ message, stderr }: ResticOutcome): string {
  if (message !== undefined) return message.replace(/^Fatal: /, '').trim();
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'));
  return lines
    .slice(-5)
    .join('\n')
    .replace(/^Fatal: /m, '')
    .trim();
}
