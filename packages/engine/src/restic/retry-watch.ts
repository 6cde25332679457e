import { HoldfastError } from '@holdfast/runtime';
import { codeOf } from './restic-errors.ts';

/** Errors of the storage that no retry mends; restic would go on for 15 minutes. */
const hopeless: ReadonlySet<string> = new Set([
  'destination-full',
  'destination-key-unknown',
  'destination-secret-wrong',
  'destination-bucket-missing',
  'destination-region-wrong',
  'destination-clock-skew',
  'destination-tls',
]);

export interface RetryWatch {
  /** Give it every line of restic's standard error. */
  onLine(line: string): void;
  stop(): void;
}

/**
 * Watches restic's retries. When a request has been failing for longer than the deadline, or for a reason that
 * no retry mends, it calls `giveUp` once.
 */
export function watchRetries(deadlineMs: number, giveUp: (error: HoldfastError) => void): RetryWatch {
  const failing = new Map<string, NodeJS.Timeout>();
  const lastWords = new Map<string, string>();
  const stop = () => {
    for (const timer of failing.values()) clearTimeout(timer);
    failing.clear();
  };
  const giveUpOn = (request: string) => {
    const words = lastWords.get(request) ?? request;
    const code = codeOf(words);
    stop();
    giveUp(new HoldfastError(code === 'engine-failed' ? 'destination-failed' : code, words));
  };
  return {
    stop,
    onLine(line) {
      const failed = /^(.*?) returned error, retrying after [^:]*: (.*)$/.exec(line);
      if (failed !== null) {
        const [, request = '', words = ''] = failed;
        lastWords.set(request, words);
        if (hopeless.has(codeOf(words))) giveUpOn(request);
        else if (!failing.has(request)) failing.set(request, setTimeout(giveUpOn, deadlineMs, request));
        return;
      }
      const mended = /^(.*?) operation successful after /.exec(line)?.[1];
      if (mended === undefined) return;
      clearTimeout(failing.get(mended));
      failing.delete(mended);
      lastWords.delete(mended);
    },
  };
}
