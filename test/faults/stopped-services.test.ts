import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDockerHost } from '@holdfast/docker';
import { type LabContainer, labDockerHost } from '@holdfast/docker/testing';
import { failOnLeakedContainers, startVolumeUser } from '@holdfast/sources/testing';
import { describe, expect, test } from 'vitest';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast, type Holdfast, type Running } from '../support/holdfast.ts';
import { startServing } from '../support/serving.ts';
import { until } from '../support/until.ts';

/**
 * A volume that is to be read while nothing runs on it: whatever becomes of Holdfast in between, what ran before runs
 * again, and nothing else does.
 */

failOnLeakedContainers();

const docker = createDockerHost({ host: labDockerHost() });
const megabytes = 300;

interface Scene extends AsyncDisposable {
  readonly holdfast: Holdfast;
  readonly volume: string;
  readonly folder: string;
  readonly runs: LabContainer;
  readonly rests: LabContainer;
}

/** A volume with one container that runs and one that does not, to be stopped for its backup. */
async function scene(action: 'stop' | 'pause'): Promise<Scene> {
  const volume = `holdfast-test-${randomUUID().slice(0, 8)}`;
  await docker.resources.createVolume({
    name: volume,
    driver: 'local',
    labels: { 'holdfast.volume.consistency': action },
    options: {},
  });
  const folder = (await docker.resources.volume(volume))?.mountpoint ?? '';
  const runs = await startVolumeUser([`${volume}:/data`], { name: `${volume}-runs` });
  const rests = await startVolumeUser([`${volume}:/data`], { name: `${volume}-rests` });
  await docker.lifecycle.stop(rests.id);
  const holdfast = await freshHoldfast(`${volume}*`);
  return {
    holdfast,
    volume,
    folder,
    runs,
    rests,
    async [Symbol.asyncDispose]() {
      await runs[Symbol.asyncDispose]();
      await rests[Symbol.asyncDispose]();
      for (const { name } of await docker.resources.volumes()) {
        if (name.startsWith(volume)) await docker.resources.removeVolume(name);
      }
      await holdfast[Symbol.asyncDispose]();
    },
  };
}

const isDown = async ({ id }: LabContainer) => !(await docker.lifecycle.status(id)).running;
const isUp = async ({ id }: LabContainer) => (await docker.lifecycle.status(id)).running;

/** Enough random bytes that reading them takes restic a while. */
async function fill(folder: string): Promise<void> {
  for (let index = 0; index < megabytes / 50; index++) {
    await writeFile(path.join(folder, `file-${index}`), randomBytes(50_000_000));
  }
}

async function killWhenDown({ runs }: Scene, running: Running): Promise<void> {
  let ended = false;
  void running.outcome.then(() => {
    ended = true;
  });
  await until('the container is down', async () => ended || (await isDown(runs)));
  expect(ended).toBe(false);
  process.kill(running.pid, 'SIGKILL');
  await running.outcome;
}

describe.each(['stop', 'pause'] as const)('%s', (action) => {
  test('for a backup: down while it is read, up again before it ends', async () => {
    await using here = await scene(action);
    await writeFile(path.join(here.folder, 'file'), 'content');
    expect(await backUp(here.holdfast, here.volume)).toMatchObject({ exitCode: 0, state: 'succeeded' });
    expect(await isUp(here.runs)).toBe(true);
    expect(await isDown(here.rests)).toBe(true);
  });

  test('kill -9 in between: the next command of any kind starts it again', async () => {
    await using here = await scene(action);
    await fill(here.folder);
    await killWhenDown(here, here.holdfast.start('backup', here.volume, '--json'));
    expect(await isDown(here.runs)).toBe(true);
    await here.holdfast.json('sources');
    expect(await isUp(here.runs)).toBe(true);
    expect(await isDown(here.rests)).toBe(true);
    expect(await backUp(here.holdfast, here.volume)).toMatchObject({ exitCode: 0, state: 'succeeded' });
  });
});

test('kill -9 in between: a server starts it again, too', async () => {
  await using here = await scene('stop');
  await fill(here.folder);
  await killWhenDown(here, here.holdfast.start('backup', here.volume, '--json'));
  await using _serving = await startServing(here.holdfast);
  await until('it runs again', () => isUp(here.runs));
  expect(await isDown(here.rests)).toBe(true);
});

test('a restore stops what uses the volume, and starts it on the new content', async () => {
  await using here = await scene('stop');
  const file = path.join(here.folder, 'file');
  await writeFile(file, 'as it was');
  await backUp(here.holdfast, here.volume);
  await writeFile(file, 'as it should not be');
  await writeFile(path.join(here.folder, 'too much'), '');
  const { exitCode } = await here.holdfast.json('restore', here.volume, '--yes');
  expect(exitCode).toBe(0);
  expect(await readFile(file, 'utf8')).toBe('as it was');
  expect(await readdir(here.folder)).toEqual(['file']);
  expect(await isUp(here.runs)).toBe(true);
  const kept = (await docker.resources.volumes()).filter(({ name }) =>
    name.startsWith(`${here.volume}.before-`),
  );
  expect(await readdir(kept[0]?.mountpoint ?? '')).toEqual(['file', 'too much']);
  const { answer } = await here.holdfast.json('sources');
  expect(answer).not.toContainEqual(expect.objectContaining({ name: kept[0]?.name }));
});

test('a restore into a volume that is in use is refused, and names who uses it', async () => {
  await using here = await scene('pause');
  await writeFile(path.join(here.folder, 'file'), 'as it was');
  await backUp(here.holdfast, here.volume);
  const { exitCode, answer } = await here.holdfast.json('restore', here.volume, '--yes');
  expect(exitCode).toBe(1);
  expect(JSON.stringify(answer)).toContain('restore-target-busy');
  expect(JSON.stringify(answer)).toContain(here.runs.name);
  expect(await isUp(here.runs)).toBe(true);
});
