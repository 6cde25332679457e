import { HoldfastError } from '@holdfast/runtime';
import { expect, test } from 'vitest';
import { ProbeSteps, StepTimeout } from './probe-steps.ts';

const explain = (error: unknown) =>
  error instanceof HoldfastError
    ? error
    : new HoldfastError(
        error instanceof StepTimeout ? 'destination-unreachable' : 'destination-failed',
        String(error),
      );

test('a step that never ends fails at its deadline, and the others do not run', async () => {
  const steps = new ProbeSteps({ timeoutMs: 50, explain });
  await steps.run('connect', () => new Promise(() => {}));
  await steps.run('write', () => Promise.reject(new Error('must not run')));
  const result = steps.result();
  expect(result).toMatchObject({ ok: false, error: { code: 'destination-unreachable' } });
  expect(result.steps).toMatchObject([{ step: 'connect', ok: false }]);
  expect(result.steps[0]?.durationMs).toBeLessThan(1000);
});

test('the deadline aborts the work of the step', async () => {
  let aborted: unknown;
  const steps = new ProbeSteps({ timeoutMs: 20, explain });
  await steps.run(
    'read',
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = signal.reason;
          reject(new Error('aborted'));
        });
      }),
  );
  expect(aborted).toBeInstanceOf(StepTimeout);
});

test('a cancelled probe throws and does not explain', async () => {
  const controller = new AbortController();
  const steps = new ProbeSteps({ timeoutMs: 5000, signal: controller.signal, explain });
  const running = steps.run('write', () => new Promise(() => {}));
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
});

test('a failure that is tolerated becomes a warning', async () => {
  const steps = new ProbeSteps({ timeoutMs: 1000, explain });
  await steps.run(
    'delete',
    () => Promise.reject(new HoldfastError('destination-forbidden', 'no')),
    (failure) => `tolerated: ${failure.message}`,
  );
  expect(steps.result()).toEqual({
    ok: true,
    steps: [{ step: 'delete', ok: false, durationMs: expect.any(Number) }],
    warnings: ['tolerated: no'],
  });
});
