import { describe, expect, it } from 'vitest';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { StoredSource } from '../sources/source.ts';
import { scheduledTargets } from './drill.rules.ts';

const source = (id: string, fields: Partial<StoredSource> = {}): StoredSource => ({
  id,
  name: id,
  kind: 'memory',
  server: 'local',
  environment: id,
  declared: false,
  locator: {},
  present: true,
  wanted: true,
  protected: true,
  ...fields,
});

const snapshot = (id: string, arrival: number, state: StoredSnapshot['state'] = 'good'): StoredSnapshot => ({
  id,
  arrival,
  state,
  sourceId: '',
  sourceName: '',
  kind: 'memory',
  destinationId: '',
  repositoryId: '',
  operationId: '',
  time: '2026-11-22T00:00:00.000Z',
  bytes: 0,
  bytesAdded: 0,
  durationMs: 0,
  manifestResticId: '',
  parts: [],
  counts: {},
});

describe('a scheduled pass of drills', () => {
  it('takes the latest good snapshot of each source', () => {
    const snapshots = [snapshot('old', 1), snapshot('latest', 3), snapshot('odd', 4, 'suspicious')];
    expect(scheduledTargets([source('a')], () => snapshots)).toEqual([
      { sourceId: 'a', snapshotId: 'latest' },
    ]);
  });

  it('leaves out what is not protected, and what has no good snapshot', () => {
    expect(scheduledTargets([source('a', { protected: false })], () => [snapshot('x', 1)])).toEqual([]);
    expect(scheduledTargets([source('a')], () => [snapshot('x', 1, 'suspicious')])).toEqual([]);
    expect(scheduledTargets([source('a')], () => [])).toEqual([]);
  });

  it('begins with what was never proven, then with the oldest proof', () => {
    const sources = [
      source('lately', { lastVerified: '2026-11-01T00:00:00.000Z' }),
      source('long-ago', { lastVerified: '2026-01-01T00:00:00.000Z' }),
      source('never'),
    ];
    const order = scheduledTargets(sources, () => [snapshot('x', 1)]).map(({ sourceId }) => sourceId);
    expect(order).toEqual(['never', 'long-ago', 'lately']);
  });
});
