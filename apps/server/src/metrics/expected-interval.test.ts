import { expect, it } from 'vitest';
import { longestInterval } from './expected-interval.ts';

const from = new Date('2026-11-22T10:00:00Z');
const hours = (cron: string) => longestInterval({ cron, timeZone: 'UTC' }, from) / 3_600;

it('is the longest gap, not the first', () => {
  expect(hours('0 2 * * *')).toBe(24);
  expect(hours('*/15 * * * *')).toBe(0.25);
  expect(hours('0 9-17 * * *')).toBe(16);
  expect(hours('0 2 * * 1-5')).toBe(72);
});
