import type { RestoreResult } from '@holdfast/contracts';
import { silentReporter } from '@holdfast/runtime';
import type { Exchange, SourceKind } from '@holdfast/sources';
import { createMemorySource } from '@holdfast/worker/testing';
import { expect, it } from 'vitest';
import type { StoredOperation } from '../operations/operation.ts';
import type { JournalEntry, RestoreJournal } from '../restores/restore-journal.ts';
import type { StoredSource } from '../sources/source.ts';
import { createFakeDocker } from '../testing/fake-docker.ts';
import { rollBack } from './roll-back.ts';

const files: StoredSource = {
  id: 'source-1',
  kind: 'memory',
  name: 'files',
  environment: 'shop',
  locator: { key: 'files' },
  declared: false,
  server: 'local',
  present: true,
  protected: true,
  wanted: true,
};

const exchange = { restored: ['files'], previous: ['files.before'] };
const result: RestoreResult = {
  snapshotId: 'snapshot-1',
  snapshotTime: '2026-11-22T10:00:00.000Z',
  durationMs: 1,
  ...exchange,
  verified: {},
  warnings: [],
};

/** A restore of an environment that came to its only member, and what became of the restore of that. */
async function restoreOf(
  part: Pick<StoredOperation, 'state' | 'result'>,
  { announced, revertible = true }: { announced?: Exchange; revertible?: boolean } = {},
) {
  const entries: JournalEntry[] = [];
  const journal: RestoreJournal = { entries, write: async (entry) => void entries.push(entry) };
  await journal.write({
    type: 'begun',
    environment: 'shop',
    pointId: 'point-1',
    start: [],
    ran: [],
    databases: [],
  });
  const member = { sourceId: files.id, source: files.name, kind: files.kind, snapshotId: 'snapshot-1' };
  await journal.write({ type: 'restoring', member: { ...member, counts: 'files' }, allMade: false });
  const done: unknown[] = [];
  const kind: SourceKind<unknown> = createMemorySource();
  if (revertible) kind.revert = async () => {};
  const operation: StoredOperation = {
    id: 'part',
    kind: 'restore',
    role: 'part',
    source: { id: files.id, name: files.name },
    attempt: 1,
    params: {},
    fence: 1,
    heartbeat: 0,
    cancelRequested: false,
    createdAt: '2026-11-22T10:00:00.000Z',
    startedAt: '2026-11-22T10:00:00.000Z',
    ...part,
  };
  const parts = {
    sources: { get: async () => files, kindOf: () => kind, secretsOf: async () => ({}) },
    operations: { parts: async () => [operation] },
    recoveryPoints: { get: () => Promise.reject(new Error('There is none.')) },
    restores: {
      cleanUp: async (_source: StoredSource, id: string) => void done.push(`clean up ${id}`),
      announced: async () => announced,
      perform: async () => result,
    },
    worker: { revert: async (_job: unknown, undone: Exchange) => void done.push(undone) },
    docker: createFakeDocker(),
    dataPath: 'auto' as const,
  };
  const run = () => rollBack(parts, journal, 'pass', silentReporter);
  return { run, done };
}

it('undoes what was restored, by its report, once', async () => {
  const { run, done } = await restoreOf({ state: 'succeeded', result: { ...result } });
  expect(await run()).toEqual([]);
  expect(done).toEqual([exchange]);
  expect(await run()).toEqual([]);
  expect(done).toHaveLength(1);
});

it('undoes what a dead process had announced, whose report nobody heard', async () => {
  const { run, done } = await restoreOf({ state: 'interrupted' }, { announced: exchange });
  expect(await run()).toEqual([]);
  expect(done).toEqual(['clean up part', exchange]);
});

it('has nothing to undo where a dead process had announced nothing', async () => {
  const { run, done } = await restoreOf({ state: 'interrupted' });
  expect(await run()).toEqual([]);
  expect(done).toEqual(['clean up part']);
});

it('says where the state before is, when nothing can put it back', async () => {
  const { run } = await restoreOf({ state: 'interrupted' }, { announced: exchange, revertible: false });
  expect(await run()).toMatchObject([{ detail: expect.stringContaining('files.before') }]);
});
