import type { Progress } from '@holdfast/contracts';
import { type HoldfastError } from '@holdfast/runtime';
import type { ProgressTracker } from './progress.ts';

export interface RunningOperation {
  readonly id: string;
  readonly fence: number;
  readonly tracker: ProgressTracker;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** The operations that run in this process, and the runner's doorbell. */
export class Running {
  readonly #operations = new Map<string, RunningOperation>();
  #onWake: () => void = () => {};
  #onCancel: (id: string) => void = () => {};

  connect(runner: { wake: () => void; cancel: (id: string) => void }): void {
    this.#onWake = runner.wake;
    this.#onCancel = runner.cancel;
  }

  add(operation: RunningOperation): void {
    this.#operations.set(operation.id, operation);
  }

  remove(id: string): void {
    this.#operations.delete(id);
  }

  all(): readonly RunningOperation[] {
    return [...this.#operations.values()];
  }

  progress(id: string): Progress | undefined {
    return this.#operations.get(id)?.tracker.current();
  }

  abort(id: string, reason: HoldfastError): void {
    this.#operations.get(id)?.controller.abort(reason);
  }

  wake(): void {
    this.#onWake();
  }

  cancel(id: string): void {
    this.#onCancel(id);
  }
}
