import { expect, it } from 'vitest';
import { Underway } from './underway.ts';

const due = new Date('2026-11-22T02:00:00Z');
const now = new Date('2026-11-22T02:00:01Z');

it('leaves to an earlier pass what it takes since the run was due, and tells what became of it', async () => {
  const underway = new Underway();
  const first = underway.share(['a', 'b'], 'disk', { now, due });
  const second = underway.share(['b', 'c'], 'disk', { now, due });
  expect([...second.others.keys()]).toEqual(['b']);
  first.settle('b', 'snapshot-b');
  await expect(second.others.get('b')).resolves.toBe('snapshot-b');
  first.end();
  expect(underway.share(['a', 'b'], 'disk', { now, due }).others.size).toBe(0);
});

it('joins nothing that began before, goes elsewhere, or when a person asked', () => {
  const underway = new Underway();
  underway.share(['a'], 'disk', { now: new Date('2026-11-22T01:59:59Z') });
  expect(underway.share(['a'], 'disk', { now, due }).others.size).toBe(0);
  expect(underway.share(['a'], 'far', { now, due }).others.size).toBe(0);
  expect(underway.share(['a'], 'disk', { now }).others.size).toBe(0);
});

it('tells those who wait that a pass which ended did not take it', async () => {
  const underway = new Underway();
  const first = underway.share(['a'], 'disk', { now, due });
  const second = underway.share(['a'], 'disk', { now, due });
  first.end();
  await expect(second.others.get('a')).resolves.toBeUndefined();
});
