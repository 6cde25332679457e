import { createHmac, randomBytes } from 'node:crypto';
import { HoldfastError } from '@holdfast/runtime';
import type { Clock } from '../clock.ts';

/** `too-many-attempts`, and when the next one is allowed. */
export class TooManyAttempts extends HoldfastError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('too-many-attempts', `There were too many attempts. Try again in ${retryAfterSeconds} seconds.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Window {
  readonly endsAt: number;
  count: number;
}

/**
 * Counts attempts by who makes them or at whom they aim. Keys fall into a fixed number of buckets that nobody can
 * foretell: memory is bounded, and no flood of other keys makes it forget one.
 */
export class Attempts {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #windows = new Map<number, Window>();
  readonly #salt = randomBytes(32);

  constructor(clock: Clock, { limit, windowMs }: { limit: number; windowMs: number }) {
    this.#clock = clock;
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /**
   * Counts an attempt before it is made, so that many at once do not slip through.
   * @returns gives it back, when it was none that should count
   * @throws TooManyAttempts
   */
  take(key: string): () => void {
    const now = this.#clock.monotonic();
    const bucket = createHmac('sha256', this.#salt).update(key).digest().readUInt16BE(0);
    let window = this.#windows.get(bucket);
    if (window === undefined || window.endsAt <= now) {
      window = { endsAt: now + this.#windowMs, count: 0 };
      this.#windows.set(bucket, window);
    }
    if (window.count >= this.#limit) throw new TooManyAttempts(Math.ceil((window.endsAt - now) / 1000));
    window.count += 1;
    const taken = window;
    return () => {
      taken.count -= 1;
    };
  }
}
