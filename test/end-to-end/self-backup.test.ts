import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { startServing } from '../support/serving.ts';

/** No container has such a name: these tests are about Holdfast itself. */
const noContainers = 'holdfast-self-backup-test-none';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function declare(holdfast: Holdfast, name: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-self-'));
  folders.push(folder);
  await mkdir(path.join(folder, 'files'));
  const added = await holdfast.run('sources', 'add', 'directory', path.join(folder, 'files'), '--name', name);
  expect(added).toMatchObject({ exitCode: 0 });
}

async function names(holdfast: Holdfast): Promise<string[]> {
  const { exitCode, answer } = await holdfast.json('sources');
  expect(exitCode).toBe(0);
  return z
    .array(z.object({ name: z.string() }))
    .parse(answer)
    .map(({ name }) => name)
    .toSorted();
}

/** A state with one source, backed up, and then a second one. */
async function backedUp(holdfast: Holdfast): Promise<string> {
  await declare(holdfast, 'one');
  const { exitCode, answer } = await holdfast.json('self', 'backup', '--dir', holdfast.dataDirectory);
  expect(exitCode).toBe(0);
  const { file } = z.object({ file: z.string() }).parse(answer);
  expect(path.dirname(file)).toBe(path.join(holdfast.dataDirectory, 'backups'));
  await declare(holdfast, 'two');
  return file;
}

function restore(holdfast: Holdfast, file: string) {
  const where = ['--dir', holdfast.dataDirectory, '--restore-file', file];
  return holdfast.json('self', 'restore', ...where, '--non-interactive');
}

describe('self backup and restore', () => {
  it('work with no server, and on another machine with the .env and the file alone', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    const file = await backedUp(holdfast);
    expect(await restore(holdfast, file)).toMatchObject({ exitCode: 0, answer: { state: 'succeeded' } });
    expect(await names(holdfast)).toEqual(['one']);

    await using other = await freshHoldfast(noContainers);
    const copy = path.join(other.dataDirectory, 'copied.hfbackup');
    await copyFile(file, copy);
    // Started before the .env came along, it has another key.
    expect(await restore(other, copy)).toMatchObject({
      exitCode: 1,
      answer: { error: { code: 'backup-key-wrong' } },
    });
    await copyFile(path.join(holdfast.dataDirectory, '.env'), path.join(other.dataDirectory, '.env'));
    expect(await restore(other, copy)).toMatchObject({ exitCode: 0 });
    expect(await names(other)).toEqual(['one']);
  });

  it('ask before they replace anything', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    const file = await backedUp(holdfast);
    const asked = await holdfast.json(
      'self',
      'restore',
      '--dir',
      holdfast.dataDirectory,
      '--restore-file',
      file,
    );
    expect(asked).toMatchObject({ exitCode: 5, answer: { code: 'confirmation-required' } });
    expect(await names(holdfast)).toEqual(['one', 'two']);
  });

  it('go through the server that runs: it starts again by itself, and the client sees the end', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    await using server = await startServing(holdfast);
    const file = await backedUp(holdfast);
    const restored = await restore(holdfast, file);
    expect(restored).toMatchObject({ exitCode: 0, answer: { state: 'succeeded' } });
    expect(await names(holdfast)).toEqual(['one']);
    // In the same process, which is still there to be stopped in order.
    expect(() => process.kill(server.pid, 0)).not.toThrow();

    await declare(holdfast, 'three');
    await truncate(file, 2000);
    const failed = await restore(holdfast, file);
    expect(failed).toMatchObject({ exitCode: 1, answer: { error: { code: 'backup-damaged' } } });
    expect(await names(holdfast)).toEqual(['one', 'three']);
  });

  it('leave the old state or the new one, whole, when the process is killed on the way', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    const file = await backedUp(holdfast);
    const seen = new Set<string>();
    for (let round = 0; round < 6; round++) {
      const server = holdfast.start('serve', '--port', '0');
      await until(() => existsSync(path.join(holdfast.dataDirectory, 'holdfast.sock')));
      const restoring = holdfast.start('self', 'restore', '--restore-file', file, '--non-interactive');
      await until(() => existsSync(path.join(holdfast.dataDirectory, 'holdfast.db.restoring')));
      await delay(round * 60);
      server.kill('SIGKILL');
      await server.outcome;
      restoring.kill('SIGKILL');
      await restoring.outcome;
      const found = await names(holdfast);
      seen.add(found.join());
      expect([['one'], ['one', 'two']]).toContainEqual(found);
      expect(await readdir(holdfast.dataDirectory)).not.toContain('holdfast.db.restoring');
      if (!found.includes('two')) await declare(holdfast, 'two');
    }
    expect(seen.size).toBeGreaterThan(0);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 6000; attempt++) {
    if (condition()) return;
    await delay(5);
  }
  throw new Error('it did not come about');
}
