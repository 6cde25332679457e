import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { retentionDecisionSchema } from '@holdfast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listSnapshots, problemOf } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { daysFromNow } from '../support/shifted-clock.ts';
import { localRepository, stockSnapshots, teamKey } from '../support/stock-restic.ts';

/** With a folder as the source: retention knows no kinds. */
const oneADay = {
  HOLDFAST_RETENTION_RECENT_HOURS: '0',
  HOLDFAST_RETENTION_DAILY: '1',
  HOLDFAST_RETENTION_WEEKLY: '0',
  HOLDFAST_RETENTION_MONTHLY: '0',
};
const nothing = { ...oneADay, HOLDFAST_RETENTION_DAILY: '0' };

let folder: string;
let holdfast: Holdfast;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-retention-'));
  holdfast = await freshHoldfast('none-of-them');
  expect((await holdfast.run('sources', 'add', 'directory', folder, '--name', 'files')).exitCode).toBe(0);
});
afterAll(async () => {
  await holdfast[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A backup of so many random bytes, made so many days ago. */
async function backUpFiles(bytes: number, daysAgo = 0): Promise<string> {
  await writeFile(path.join(folder, 'file'), randomBytes(bytes));
  const report = await backUp(holdfast.with(daysFromNow(-daysAgo)), 'files');
  expect(report).toMatchObject({ exitCode: 0 });
  return report.items[0]?.snapshotId ?? '';
}

async function preview(policy: Readonly<Record<string, string>>) {
  const { exitCode, answer } = await holdfast.with(policy).json('retention', 'preview', 'files');
  expect(exitCode).toBe(0);
  return z.array(retentionDecisionSchema).parse(answer);
}

const kept = (decisions: z.infer<typeof retentionDecisionSchema>[]) =>
  decisions.filter(({ keep }) => keep).map(({ snapshotId }) => snapshotId);
const ids = async () => (await listSnapshots(holdfast, 'files')).map(({ id }) => id);
const repository = () => localRepository(holdfast, 'files');

describe('retention', () => {
  let first: string;
  let second: string;
  beforeAll(async () => {
    first = await backUpFiles(3_000_000, 2);
    second = await backUpFiles(3_000_000, 1);
  });

  test('the preview names what would go, and why, and changes nothing', async () => {
    const decisions = await preview(oneADay);
    expect(decisions).toContainEqual(
      expect.objectContaining({
        snapshotId: first,
        keep: false,
        source: 'files',
        reasons: [expect.any(String)],
      }),
    );
    expect(decisions).toContainEqual(
      expect.objectContaining({
        snapshotId: second,
        keep: true,
        reasons: expect.arrayContaining(['the last good one', 'daily 1 of 1']),
      }),
    );
    expect(await ids()).toEqual([second, first]);
  });

  test('the last good one never goes, whatever the policy says', async () => {
    expect(kept(await preview(nothing))).toEqual([second]);
  });

  test('a collapsed snapshot does not count, and nothing goes until a person says that it is right', async () => {
    await rm(folder, { recursive: true });
    await writeFileIn(folder, 'almost nothing');
    const small = await backUp(holdfast, 'files');
    expect(small).toMatchObject({ exitCode: 0 });
    const smallId = small.items[0]?.snapshotId ?? '';
    expect((await listSnapshots(holdfast, 'files'))[0]).toMatchObject({ id: smallId, state: 'suspicious' });
    expect(kept(await preview(nothing)).toSorted()).toEqual([first, second, smallId].toSorted());
    expect((await holdfast.with(nothing).run('retention', 'run')).exitCode).toBe(0);
    expect(await ids()).toHaveLength(3);
    expect(await stockSnapshots(repository(), await teamKey(holdfast))).toHaveLength(6);

    expect((await holdfast.run('snapshot', 'confirm', smallId)).exitCode).toBe(0);
    expect(kept(await preview(nothing))).toEqual([smallId]);
  });

  test('the run removes what the preview named, from the repository too; prune then frees the space', async () => {
    const [newest] = await ids();
    const before = await sizeOf(path.join(repository(), 'data'));
    const run = await holdfast.with(nothing).json('retention', 'run');
    expect(run).toMatchObject({ exitCode: 0, answer: { state: 'succeeded', result: { removed: 2 } } });
    expect(await ids()).toEqual([newest]);
    const left = await stockSnapshots(repository(), await teamKey(holdfast));
    expect(left).toHaveLength(2);
    for (const { tags } of left) expect(tags).toContain(`snapshot:${newest}`);
    expect(await sizeOf(path.join(repository(), 'data'))).toBe(before);

    const pruned = await holdfast.json('prune');
    expect(pruned).toMatchObject({ exitCode: 0, answer: { state: 'succeeded' } });
    const after = await sizeOf(path.join(repository(), 'data'));
    expect(before - after).toBeGreaterThan(5_000_000);
    expect(pruned.answer).toMatchObject({ result: { bytesFreed: expect.any(Number) } });
  });

  test('the last good one is deleted by hand only with --force', async () => {
    const [last = ''] = await ids();
    expect(await problemOf(holdfast, 'snapshot', 'delete', last)).toMatchObject({
      exitCode: 5,
      code: 'confirmation-required',
    });
    expect(await problemOf(holdfast, 'snapshot', 'delete', last, '--yes')).toMatchObject({
      exitCode: 5,
      code: 'last-good-snapshot',
    });
    expect(await ids()).toEqual([last]);
    expect((await holdfast.run('snapshot', 'delete', last, '--yes', '--force')).exitCode).toBe(0);
    expect(await ids()).toEqual([]);
    expect(await stockSnapshots(repository(), await teamKey(holdfast))).toEqual([]);
  });
});

describe('the id of a snapshot', () => {
  test('that is unknown, or the beginning of several: each its own error', async () => {
    const made = [await backUpFiles(10, 1), await backUpFiles(10)];
    const common = commonBeginning(made[0] ?? '', made[1] ?? '');
    expect(common.length).toBeGreaterThan(2);
    for (const command of [
      ['snapshot', 'show'],
      ['snapshot', 'delete', '--yes'],
      ['restore', 'files', '--yes'],
    ]) {
      expect(await problemOf(holdfast, ...command, common)).toMatchObject({ exitCode: 4, code: 'ambiguous' });
      expect(await problemOf(holdfast, ...command, 'ffffffff')).toMatchObject({
        exitCode: 4,
        code: 'not-found',
      });
    }
    expect(await ids()).toEqual(made.toReversed());
    // Enough of it, and that of restic, name one.
    const [newest] = await listSnapshots(holdfast, 'files');
    for (const name of [newest?.id, newest?.resticId.slice(0, 12)]) {
      expect(await holdfast.json('snapshot', 'show', name ?? '')).toMatchObject({
        exitCode: 0,
        answer: { id: newest?.id },
      });
    }
  });
});

describe('a repository whose check failed', () => {
  test('is not pruned until a check succeeds', async () => {
    const data = path.join(repository(), 'data');
    const [pack = ''] = await packsIn(data);
    const moved = path.join(folder, '..', `${path.basename(folder)}-pack`);

    await rename(pack, moved);
    const failed = await holdfast.json('check');
    expect(failed).toMatchObject({ exitCode: 1, answer: { error: { code: 'repository-corrupt' } } });
    const refused = await holdfast.json('prune');
    expect(refused).toMatchObject({ exitCode: 1, answer: { error: { code: 'repository-check-failed' } } });
    const before = await packsIn(data);
    await rename(moved, pack);
    expect(await holdfast.json('prune')).toMatchObject({
      answer: { error: { code: 'repository-check-failed' } },
    });
    expect(await packsIn(data)).toEqual([...before, pack].toSorted());
    expect((await holdfast.run('check')).exitCode).toBe(0);
    expect((await holdfast.run('prune')).exitCode).toBe(0);
  });
});

function commonBeginning(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}

async function writeFileIn(directory: string, content: string): Promise<void> {
  await mkdir(directory);
  await writeFile(path.join(directory, 'file'), content);
}

async function packsIn(data: string): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

async function sizeOf(data: string): Promise<number> {
  const sizes = await Promise.all((await packsIn(data)).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
