import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recoveryKitSchema } from '@holdfast/contracts';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { failOnLeakedContainers, startVolumeUser, testRunLabels } from '@holdfast/sources/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildImage, docker } from '../support/image.ts';
import { until } from '../support/until.ts';

/** Holdfast in a container that has the socket of the engine, and does not see the folder of the volumes. */

failOnLeakedContainers();

let image = '';
beforeAll(async () => {
  image = await buildImage();
}, 900_000);
afterAll(() => docker('image', 'rm', '--force', image));

const { resources, lifecycle } = createDockerHost({ host: labDockerHost() });
const socket = new URL(labDockerHost()).pathname;

async function start(name: string) {
  const labels = Object.entries(testRunLabels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  const options = ['--init', '--hostname', 'holdfast', '--label', 'holdfast.enable=false', ...labels];
  const names = ['--env', `HOLDFAST_DISCOVERY_NAMES=${name}*`];
  const volumes = ['--volume', `${socket}:/var/run/docker.sock`, '--volume', `${name}-state:/data`];
  const container = await docker('run', '--detach', ...options, ...names, ...volumes, image);
  onTestFinished(async () => {
    await docker('rm', '--force', '--volumes', container);
    for (const helper of await helpers()) await lifecycle.remove(helper);
    for (const volume of await resources.volumes()) {
      if (volume.name.startsWith(name)) await resources.removeVolume(volume.name);
    }
  });
  return container;
}

/** Until then a command would take the data directory for itself. */
const serves = (container: string) =>
  until('Holdfast serves', async () => {
    const script =
      "fetch('http://127.0.0.1:7420/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))";
    return docker('exec', container, 'node', '-e', script).then(
      () => true,
      () => false,
    );
  });

/** Of this test run alone: no other uses its image. */
const helpers = async () => {
  const filters = ['--filter', 'label=holdfast.worker', '--filter', `ancestor=${image}`];
  return (await docker('ps', '--all', '--quiet', ...filters)).split('\n').filter((id) => id !== '');
};

const listing =
  'cd /data && find . -printf "%P %y %m %U:%G %s %l %TY-%Tm-%Td %TH:%TM\\n" | sort && cat "a file" folder/secret';
const content = [
  'cd /data; mkdir -m 750 folder; echo one >"a file"; echo two >folder/secret; ln -s "../a file" folder/link',
  'chmod 640 folder/secret; chown 1234:2345 folder folder/secret; touch -d 2020-02-02 "a file"; chmod 1777 .',
].join('; ');

test('a volume is backed up and restored, with what uses it stopped meanwhile', async () => {
  const name = `holdfast-test-${randomUUID().slice(0, 8)}`;
  const outer = await mkdtemp(path.join(tmpdir(), 'holdfast-bind-'));
  onTestFinished(() => rm(outer, { recursive: true }));
  const bound = path.join(outer, 'uploads');
  await mkdir(bound);
  await using user = await startVolumeUser([`${name}:/data`, `${bound}:/uploads`], {
    name: `${name}-user`,
    labels: { 'holdfast.volume.consistency': 'stop' },
  });
  const container = await start(name);
  const inUser = (script: string) => docker('exec', user.id, 'sh', '-c', script);
  const holdfast = async (...args: string[]): Promise<unknown> =>
    JSON.parse(await docker('exec', container, 'holdfast', ...args, '--json'));
  await inUser(content);
  await writeFile(path.join(bound, 'photo'), 'old');
  const before = await inUser(listing);

  await serves(container);
  expect(await holdfast('backup', name)).toMatchObject({
    state: 'succeeded',
    items: [{ source: name, state: 'succeeded' }],
  });
  expect(await lifecycle.status(user.id)).toMatchObject({ running: true });
  await inUser('cd /data; rm -r folder; echo other >"a file"; echo new >new');
  expect(await holdfast('restore', name, '--yes')).toMatchObject({ restored: [name] });
  expect(await lifecycle.status(user.id)).toMatchObject({ running: true });
  expect(await inUser(listing)).toBe(before);
  const folder = `${path.basename(outer)}-uploads`;
  expect(await holdfast('backup', folder)).toMatchObject({ state: 'succeeded' });
  await writeFile(path.join(bound, 'photo'), 'new');
  expect(await holdfast('restore', folder, '--yes')).toMatchObject({ restored: [bound] });
  expect(await inUser('cat /uploads/photo')).toBe('old');
  expect(await helpers()).toEqual([]);

  // What the engine keeps of a helper, and of what runs in it, while a backup goes on.
  await inUser('dd if=/dev/urandom of=/data/large bs=1M count=200 status=none');
  const passing = docker('exec', container, 'holdfast', 'backup', name, '--json').catch(String);
  const [helper = ''] = await until('a helper is at work', async () => {
    const found = await helpers();
    return found.length > 0 && found;
  });
  const kept = await docker('inspect', helper);
  const kit = recoveryKitSchema.parse(await holdfast('key', 'show-kit'));
  expect(kept).not.toContain(kit.password);
  const environment = await docker('inspect', '--format', '{{json .Config.Env}}', helper);
  expect(environment).toBe(await docker('inspect', '--format', '{{json .Config.Env}}', image));

  await docker('kill', container);
  await passing;
  expect(await helpers()).toHaveLength(1);
  await docker('start', container);
  await serves(container);
  await until('the helper is gone', async () => (await helpers()).length === 0);
  await until('what was stopped runs', async () => (await lifecycle.status(user.id)).running);
  expect(await holdfast('backup', name)).toMatchObject({ state: 'succeeded' });
  expect(await helpers()).toEqual([]);
});
