import { randomUUID } from 'node:crypto';
import { type Reporter, silentReporter } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';

export interface TestContext extends CaptureContext {
  /** What was logged, in order. */
  readonly logged: string[];
}

/** A context as an operation has it, which remembers what was logged. */
export function testContext(overrides: Partial<CaptureContext> = {}): TestContext {
  const logged: string[] = [];
  const reporter: Reporter = { ...silentReporter, log: (_, message) => void logged.push(message) };
  return {
    dataPath: 'auto',
    operationId: randomUUID(),
    reporter,
    signal: new AbortController().signal,
    ...overrides,
    logged,
  };
}
