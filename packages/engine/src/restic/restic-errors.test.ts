import { describe, expect, test } from 'vitest';
import { codeOf, resticError } from './restic-errors.ts';
import { gatherReport } from './restic-report.ts';

const silent = gatherReport();
const outcome = (exitCode: number | undefined, stderrTail = '', signal?: string) => ({
  exitCode,
  signal,
  stderrTail,
});

describe('restic failures', () => {
  test.each([
    [10, 'repository-missing'],
    [11, 'repository-locked'],
    [12, 'repository-password-wrong'],
    [1, 'engine-failed'],
    [2, 'engine-failed'],
    [3, 'engine-failed'],
    [99, 'engine-failed'],
    [126, 'engine-missing'],
    [127, 'engine-missing'],
  ])('exit code %i is %s', (exitCode, code) => {
    expect(resticError('backup', outcome(exitCode), silent)).toMatchObject({ code });
  });

  test.each([
    ['Save(<data/1>) failed: write /r/data/1: no space left on device', 'destination-full'],
    ['client.PutObject: 507 Insufficient Storage', 'destination-full'],
    [
      'Fatal: unable to open repository: The AWS Access Key Id you provided InvalidAccessKeyId',
      'destination-key-unknown',
    ],
    ['Stat: SignatureDoesNotMatch', 'destination-secret-wrong'],
    ['The specified bucket does not exist', 'destination-bucket-missing'],
    ['RequestTimeTooSkewed', 'destination-clock-skew'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'destination-tls'],
    ['Access Denied.', 'destination-forbidden'],
    ['unable to remove <snapshot/1234> from the repository', 'destination-forbidden'],
    ['dial tcp 127.0.0.1:1: connect: connection refused', 'destination-unreachable'],
    ['lookup nowhere: no such host', 'destination-unreachable'],
    ['Load(<data/1>): ciphertext verification failed', 'repository-corrupt'],
    [
      'cannot dump file: decrypting blob <data/6a4ef94a> from pack b5dd failed: nonce is invalid',
      'repository-corrupt',
    ],
    ['Fatal: repository contains errors', 'repository-corrupt'],
    ['Fatal: failed to find snapshot: no matching ID found for prefix "1234"', 'not-found'],
    ['Fatal: failed to find snapshot: multiple IDs with prefix "12" found', 'ambiguous'],
    ['something new', 'engine-failed'],
  ])('%j is %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test('the detail is what restic gave as its reason, without its prefix', () => {
    const report = gatherReport();
    report.onLine('{"message_type":"exit_error","code":1,"message":"Fatal: unable to do it"}');
    expect(resticError('check', outcome(1, 'noise'), report).message).toBe('unable to do it');
  });

  test('without a reason the detail is the end of the text, without JSON', () => {
    const error = resticError(
      'check',
      outcome(1, '{"message_type":"status"}\nfirst\n\nFatal: second\n'),
      silent,
    );
    expect(error.message).toBe('first\nFatal: second');
  });

  test.each([outcome(undefined, '', 'SIGKILL'), outcome(137)])('a kill is told from a failure', (killed) => {
    expect(resticError('backup', killed, silent)).toMatchObject({ code: 'engine-failed' });
    expect(resticError('backup', killed, silent).message).toContain('was killed');
  });
});
