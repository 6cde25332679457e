import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openBackup } from '../../apps/server/src/self-backups/backup-stream.ts';
import { SecretSearch } from '../support/find-secrets.ts';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { secretsOf } from '../support/open-vault.ts';
import { startServing } from '../support/serving.ts';
import { until } from '../support/until.ts';

const dieAtRename = path.join(import.meta.dirname, '..', 'support', 'die-at-rename.ts');

/** No container has such a name: these tests are about Holdfast itself, and none is to be backed up. */
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

/** Those that were declared here: what others have on the same engine is listed as unprotected. */
async function names(holdfast: Holdfast): Promise<string[]> {
  const { exitCode, answer } = await holdfast.json('sources');
  expect(exitCode).toBe(0);
  return z
    .array(z.object({ name: z.string() }))
    .parse(answer)
    .map(({ name }) => name)
    .filter((name) => ['one', 'two', 'three'].includes(name))
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

async function contentOf({ dataDirectory }: Holdfast, file: string): Promise<string> {
  const dotEnv = parseEnv(await readFile(path.join(dataDirectory, '.env'), 'utf8'));
  const key = Buffer.from(dotEnv['HOLDFAST_BACKUP_ENCRYPTION_KEY'] ?? '', 'hex');
  const { header, lines } = await openBackup(createReadStream(file), key);
  let text = JSON.stringify(header);
  for await (const line of lines) text += `\n${JSON.stringify(line)}`;
  return text;
}

function restore(holdfast: Holdfast, file: string) {
  const where = ['--dir', holdfast.dataDirectory, '--restore-file', file];
  return holdfast.json('self', 'restore', ...where, '--non-interactive');
}

describe('self backup and restore', () => {
  it('work with no server, and on another machine with the .env and the file alone', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    const file = await backedUp(holdfast);
    const search = new SecretSearch(await secretsOf(holdfast));
    const decrypted = await contentOf(holdfast, file);
    expect(decrypted).toContain('"one"');
    expect(search.in('the backup, decrypted', decrypted)).toEqual([]);
    expect(await restore(holdfast, file)).toMatchObject({ exitCode: 0, answer: { state: 'succeeded' } });
    expect(await names(holdfast)).toEqual(['one']);

    await using other = await freshHoldfast(noContainers);
    await copyFile(path.join(holdfast.dataDirectory, '.env'), path.join(other.dataDirectory, '.env'));
    expect(await restore(other, file)).toMatchObject({ exitCode: 0 });
    expect(await names(other)).toEqual(['one']);

    await using stranger = await freshHoldfast(noContainers);
    expect(await restore(stranger, file)).toMatchObject({
      exitCode: 1,
      answer: { error: { code: 'backup-key-wrong' } },
    });
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

  it.each([
    { step: 'before', expected: [['one', 'two']] },
    { step: 'during', expected: [['one'], ['one', 'two']] },
    { step: 'after', expected: [['one']] },
  ])(
    'leave one of the two states, whole, when the server is killed $step the swap',
    async ({ step, expected }) => {
      await using holdfast = await freshHoldfast(noContainers);
      const file = await backedUp(holdfast);
      const mortal = holdfast.with({ NODE_OPTIONS: `--import=${dieAtRename}`, DIE_AT: step });
      const server = mortal.start('serve', '--port', '0');
      await until('the server listens', async () =>
        existsSync(path.join(holdfast.dataDirectory, 'holdfast.sock')),
      );
      const restoring = holdfast.start('self', 'restore', '--restore-file', file, '--non-interactive');
      const { exitCode } = await server.outcome;
      restoring.kill('SIGKILL');
      await restoring.outcome;
      // Ended by a signal, and by nothing else.
      expect(exitCode).toBe(-1);
      expect(expected).toContainEqual(await names(holdfast));
      const left = await readdir(holdfast.dataDirectory);
      expect(left.filter((name) => name.startsWith('holdfast.db.restoring'))).toEqual([]);
      // What was before stays under its other name, from before the swap on.
      expect(left.filter((name) => /^holdfast\.db\.before-[\d-]+$/.test(name))).toHaveLength(1);
    },
  );
});
