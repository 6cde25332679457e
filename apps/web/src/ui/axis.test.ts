import { formatBytes, formatDuration } from '@holdfast/contracts/quantities';
import { describe, expect, test } from 'vitest';
import { byteAxis, durationAxis } from './axis.ts';

describe('an axis', () => {
  test.each([
    [
      [1_153_434, 0],
      ['0 B', '512 KiB', '1 MiB', '1.5 MiB'],
    ],
    [[2.29 * 1024 ** 2], ['0 B', '1 MiB', '2 MiB', '3 MiB']],
    [[7 * 1024 ** 3], ['0 B', '2 GiB', '4 GiB', '6 GiB', '8 GiB']],
    [[], ['0 B', '1 B']],
  ])('of %j bytes is %j', (values, words) => {
    expect(byteAxis(values).ticks.map(formatBytes)).toEqual(words);
  });

  test.each([
    [[3_200], ['0 ms', '1 s', '2 s', '3 s', '4 s']],
    [[44 * 60_000], ['0 ms', '15 min', '30 min', '45 min']],
  ])('of %j milliseconds is %j', (values, words) => {
    expect(durationAxis(values).ticks.map(formatDuration)).toEqual(words);
  });

  test('reaches over the largest value, however large', () => {
    for (const value of [1, 999, 1024, 12_345_678, 9e15, 3e18]) {
      for (const { ticks, domain } of [byteAxis([value]), durationAxis([value])]) {
        expect(domain[1]).toBeGreaterThanOrEqual(value);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.at(-1)).toBe(domain[1]);
      }
    }
  });
});
