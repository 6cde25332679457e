import type { BackupItem, Operation } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { repetitionOf } from './repetition.ts';

const failed: Operation = {
  id: '1',
  kind: 'backup',
  state: 'failed',
  attempt: 1,
  createdAt: '2026-11-28T00:00:00.000Z',
};

function item(source: string, state: BackupItem['state']): BackupItem {
  return {
    source,
    kind: 'directory',
    operationId: source,
    state,
    bytesRead: 0,
    bytesAdded: 0,
    durationMs: 0,
  };
}

test('a pass is repeated for what is missing, each source once', () => {
  const items = [item('a', 'succeeded'), item('b', 'failed'), item('c', 'cancelled'), item('b', 'failed')];
  expect(repetitionOf({ ...failed, items })?.body).toEqual({ names: ['b', 'c'], all: false });
});

test('what succeeded is not repeated, and a restore is looked at first', () => {
  expect(repetitionOf({ ...failed, state: 'succeeded', items: [item('a', 'succeeded')] })).toBeUndefined();
  expect(repetitionOf({ ...failed, kind: 'restore', source: 'shop' })).toBeUndefined();
});

test.each([
  ['drill', '/v1/drills'],
  ['check', '/v1/checks'],
  ['prune', '/v1/prunes'],
] as const)('a %s is asked for again', (kind, path) => {
  expect(repetitionOf({ ...failed, kind, source: 'shop' })?.path).toBe(path);
});
