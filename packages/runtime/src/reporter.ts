import type { Progress } from '@holdfast/contracts';

/** Where long work says how far it is. Implementations must be cheap: it is called many times a second. */
export interface Reporter {
  /** Begins a step, in a few words: "dumping app", "verifying". */
  step(name: string): void;
  progress(progress: Pick<Progress, 'bytesDone' | 'bytesTotal'>): void;
  log(level: 'info' | 'warn' | 'error', message: string): void;
}

export const silentReporter: Reporter = { step() {}, progress() {}, log() {} };
