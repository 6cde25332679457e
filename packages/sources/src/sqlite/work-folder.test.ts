import { randomUUID } from 'node:crypto';
import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { makeCopyFolder } from './work-folder.ts';

it('copies into memory up to half of what is free there, else beside the database, for this user alone', async () => {
  const database = path.join(await temporaryFolder(), 'app.db');
  for (const [bytes, inMemory] of [
    [500, true],
    [501, false],
  ] as const) {
    const folder = await makeCopyFolder(database, bytes, randomUUID(), async () => 1000);
    expect(folder.inMemory).toBe(inMemory);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    expect(path.dirname(folder.path)).toBe(inMemory ? '/dev/shm' : path.dirname(database));
    await folder.remove();
    await expect(stat(folder.path)).rejects.toMatchObject({ code: 'ENOENT' });
  }
});

it('refuses a copy that fits nowhere', async () => {
  const folder = await temporaryFolder();
  const { blocks, bsize } = await statfs(folder);
  await expect(
    makeCopyFolder(path.join(folder, 'app.db'), blocks * bsize * 2, randomUUID(), async () => 1000),
  ).rejects.toMatchObject({ code: 'source-unreadable', hint: expect.stringContaining('/dev/shm') });
});
