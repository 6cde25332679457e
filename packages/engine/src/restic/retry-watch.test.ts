import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldfastError } from '@holdfast/runtime';
import { describe, expect, test } from 'vitest';
import { watchRetries } from './retry-watch.ts';

const failing = (request: string, words: string) =>
  `${request} returned error, retrying after 1.2s: ${words}`;

async function watch(deadlineMs: number, lines: readonly string[]): Promise<HoldfastError[]> {
  const errors: HoldfastError[] = [];
  const retries = watchRetries(deadlineMs, (error) => errors.push(error));
  for (const line of lines) retries.onLine(line);
  await sleep(deadlineMs + 100);
  retries.stop();
  return errors;
}

describe('retries of restic', () => {
  test('a request that fails for longer than the deadline, once', async () => {
    const lines = [
      failing('Save(<data/1>)', 'dial tcp: connection refused'),
      failing('Save(<data/2>)', 'dial tcp: connection refused'),
      failing('Save(<data/1>)', 'dial tcp: connection refused'),
    ];
    const errors = await watch(50, lines);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      code: 'destination-unreachable',
      message: 'dial tcp: connection refused',
    });
  });

  test('words that are not known', async () => {
    expect(await watch(50, [failing('Stat(<config/>)', 'odd')])).toMatchObject([
      { code: 'destination-failed' },
    ]);
  });

  test('a request that succeeded after all is forgotten', async () => {
    const lines = [failing('Save(<data/1>)', 'odd'), 'Save(<data/1>) operation successful after 1 retries'];
    expect(await watch(50, lines)).toEqual([]);
  });

  test.each([
    ['SignatureDoesNotMatch', 'destination-secret-wrong'],
    ['no space left on device', 'destination-full'],
  ])('no patience with what no retry mends: %s', async (words, code) => {
    const errors: HoldfastError[] = [];
    watchRetries(600_000, (error) => errors.push(error)).onLine(failing('Save(<data/1>)', words));
    expect(errors).toMatchObject([{ code }]);
  });

  test('other lines mean nothing', async () => {
    expect(await watch(20, ['Load(<data/1>) is slow', 'retrying after'])).toEqual([]);
  });
});
