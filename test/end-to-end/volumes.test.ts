import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { failOnLeakedContainers, startVolumeUser } from '@holdfast/sources/testing';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast } from '../support/holdfast.ts';
import { localRepository, stockRestic, teamKey } from '../support/stock-restic.ts';

failOnLeakedContainers();

const { resources, lifecycle } = createDockerHost({ host: labDockerHost() });
const files = 50;

/** What restic keeps of each pass with its snapshot. */
const summaries = z.array(
  z.object({
    paths: z.array(z.string()),
    summary: z.object({ files_new: z.number(), files_changed: z.number(), files_unmodified: z.number() }),
  }),
);

test('a volume is found, read once, restored when it is lost, and recognised by who uses it', async () => {
  const name = `holdfast-test-${randomUUID().slice(0, 8)}`;
  const labels = { 'com.example.owner': 'somebody' };
  await resources.createVolume({ name, driver: 'local', labels, options: {} });
  const mountpoint = async () => (await resources.volume(name))?.mountpoint ?? '';
  await using user = await startVolumeUser([`${name}:/data`], { name: `${name}-user` });
  await using holdfast = await freshHoldfast(`${name}*`);
  onTestFinished(async () => {
    for (const volume of await resources.volumes()) {
      if (volume.name.startsWith(name)) await resources.removeVolume(volume.name);
    }
  });
  const folder = path.join(await mountpoint(), 'folder');
  await mkdir(folder);
  for (let index = 0; index < files; index++) await writeFile(path.join(folder, `${index}`), `file ${index}`);

  const pass = () => backUp(holdfast, name);
  expect(await pass()).toMatchObject({ state: 'succeeded', items: [{ source: name, kind: 'volume' }] });
  expect(await pass()).toMatchObject({ state: 'succeeded' });
  await appendFile(path.join(folder, '7'), ', changed');
  expect(await pass()).toMatchObject({ state: 'succeeded' });
  const listed = await stockRestic(localRepository(holdfast, name), await teamKey(holdfast), [
    'snapshots',
    '--json',
    '--no-lock',
  ]);
  const passes = summaries.parse(JSON.parse(listed)).filter(({ paths }) => paths[0] !== '/manifest.tar');
  expect(passes.map(({ summary }) => summary)).toMatchObject([
    { files_new: files, files_changed: 0, files_unmodified: 0 },
    { files_new: 0, files_changed: 0, files_unmodified: files },
    { files_new: 0, files_changed: 1, files_unmodified: files - 1 },
  ]);

  // Lost with its container, as by `docker compose down --volumes`.
  await user[Symbol.asyncDispose]();
  await resources.removeVolume(name);
  const { exitCode, answer } = await holdfast.json('restore', name, '--yes');
  expect(exitCode, JSON.stringify(answer)).toBe(0);
  expect(await resources.volume(name)).toMatchObject({ driver: 'local', labels });
  const restored = path.join(await mountpoint(), 'folder');
  expect(await readdir(restored)).toHaveLength(files);
  expect(await readFile(path.join(restored, '7'), 'utf8')).toBe('file 7, changed');
  await using again = await startVolumeUser([`${name}:/data`], { name: `${name}-user` });
  expect(await lifecycle.status(again.id)).toMatchObject({ running: true });
});
