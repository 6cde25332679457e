import { describe, expect, it } from 'vitest';
import { count, formatAge, formatBytes, formatDuration } from './quantities.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1536, '1.5 KiB'],
    [10_239, '10 KiB'],
    [983_040, '960 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [984_000_000, '938 MiB'],
    [3 * 1024 ** 4, '3 TiB'],
    [5000 * 1024 ** 5, '5000 PiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [999.6, '1 s'],
    [12_345, '12.3 s'],
    [59_960, '1 min'],
    [245_000, '4 min 5 s'],
    [3_599_900, '1 h'],
    [7_380_000, '2 h 3 min'],
    [273_600_000, '3 d 4 h'],
  ])('%d ms are %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('formatAge', () => {
  const now = Date.parse('2026-11-22T12:00:00.000Z');
  it.each([
    ['2026-11-22T11:59:55.000Z', 'just now'],
    ['2026-11-22T11:59:15.000Z', '45 s ago'],
    ['2026-11-22T11:15:00.000Z', '45 min ago'],
    ['2026-11-22T02:00:00.000Z', '10 h ago'],
    ['2026-11-12T12:00:00.000Z', '10 d ago'],
    ['2026-11-22T12:05:00.000Z', 'in 5 min'],
  ])('%s is %s', (instant, text) => {
    expect(formatAge(instant, now)).toBe(text);
  });
});

describe('count', () => {
  it('puts the noun into the plural but for one', () => {
    expect([0, 1, 2].map((number) => count(number, 'part'))).toEqual(['0 parts', '1 part', '2 parts']);
  });
});
