import type { Failure, ProbeResult } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

type StepName = ProbeResult['steps'][number]['step'];

export interface ProbePlan {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The kind's own words for what a step threw. */
  readonly explain: (error: unknown, step: StepName) => HoldfastError | Promise<HoldfastError>;
}

/** Runs the steps of a probe one by one, each within its own deadline, and keeps the result. */
export class ProbeSteps {
  readonly warnings: string[] = [];
  readonly #plan: ProbePlan;
  readonly #steps: ProbeResult['steps'] = [];
  #failure: Failure | undefined;

  constructor(plan: ProbePlan) {
    this.#plan = plan;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Runs one step unless one before it failed.
   * @param tolerate says in a warning why a failure of this step does not fail the probe
   * @returns what the step gave, or undefined where it failed or did not run
   * @throws HoldfastError `cancelled`
   */
  async run<T>(
    step: StepName,
    work: (signal: AbortSignal) => Promise<T>,
    tolerate?: (failure: HoldfastError) => string | undefined,
  ): Promise<T | undefined> {
    if (this.failed) return undefined;
    const started = performance.now();
    try {
      const value = await this.#withinDeadline(work);
      this.#record(step, true, started);
      return value;
    } catch (error) {
      if (this.#plan.signal?.aborted) throw new HoldfastError('cancelled', 'The probe was cancelled.');
      this.#record(step, false, started);
      const failure = await this.#plan.explain(error, step);
      const warning = tolerate?.(failure);
      if (warning === undefined) this.#failure = failure.toFailure();
      else this.warnings.push(warning);
      return undefined;
    }
  }

  result(): ProbeResult {
    return {
      ok: !this.failed,
      steps: this.#steps,
      ...(this.#failure === undefined ? {} : { error: this.#failure }),
      warnings: this.warnings,
    };
  }

  #record(step: StepName, ok: boolean, started: number): void {
    this.#steps.push({ step, ok, durationMs: Math.round(performance.now() - started) });
  }

  /** A step that does not heed its signal (a hung network share) is left behind when its time is up. */
  async #withinDeadline<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { timeoutMs, signal: cancelled } = this.#plan;
    const controller = new AbortController();
    const giveUp = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
    });
    const timer = setTimeout(() => controller.abort(new StepTimeout(timeoutMs)), timeoutMs);
    const cancel = () => controller.abort(new HoldfastError('cancelled', 'The probe was cancelled.'));
    if (cancelled?.aborted) cancel();
    cancelled?.addEventListener('abort', cancel, { once: true });
    try {
      return await Promise.race([giveUp, work(controller.signal)]);
    } finally {
      clearTimeout(timer);
      cancelled?.removeEventListener('abort', cancel);
    }
  }
}

/** The deadline of a step passed. */
export class StepTimeout extends Error {
  override readonly name = 'StepTimeout';
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs / 1000} s.`);
    this.timeoutMs = timeoutMs;
  }
}

export const defaultStepTimeoutMs = 10_000;
