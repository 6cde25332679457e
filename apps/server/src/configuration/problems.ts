import type { ConfigurationProblem } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

/** Collects what is wrong with a document, so that all of it can be said at once. */
export class Problems {
  readonly all: ConfigurationProblem[] = [];

  add(path: readonly string[], message: string): void {
    this.all.push({ path: [...path], message });
  }

  /** What the work throws is a problem at that place; then there is no result. */
  async attempt<T>(path: readonly string[], work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code === 'internal') throw error;
      this.add(path, error.message);
      return undefined;
    }
  }
}
