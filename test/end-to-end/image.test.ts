import { doctorReportSchema, recoveryKitSchema } from '@holdfast/contracts';
import { labDockerHost } from '@holdfast/docker/testing';
import { failOnLeakedContainers, startPostgres, testRunLabels } from '@holdfast/sources/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage, docker } from '../support/image.ts';
import { until } from '../support/until.ts';

/** The container image, as it is built and run by those who use it. */

failOnLeakedContainers();

let image = '';
const labels = Object.entries(testRunLabels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
const socket = new URL(labDockerHost()).pathname;
const mounted = ['--volume', `${socket}:/var/run/docker.sock`];

beforeAll(async () => {
  image = await buildImage();
}, 900_000);
afterAll(() => docker('image', 'rm', '--force', image));

test('says its version', async () => {
  expect(await docker('run', '--rm', image, '--version')).toMatch(/^\d+\.\d+\.\d+$/);
});

test('finds all that it needs', async () => {
  const report = doctorReportSchema.parse(
    JSON.parse(await docker('run', '--rm', ...labels, ...mounted, image, 'doctor', '--json')),
  );
  expect(report.ok, JSON.stringify(report)).toBe(true);
  const states = Object.fromEntries(report.checks.map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({
    node: 'ok',
    restic: 'ok',
    docker: 'ok',
    vault: 'ok',
    'data directory': 'ok',
  });
});

test('serves, with the socket of the engine, and backs up a database beside it', async () => {
  await using postgres = await startPostgres({
    environment: { POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' },
  });
  await postgres.sql('CREATE TABLE t AS SELECT generate_series(1, 1000) AS i', 'shop');
  // The image's own check of its health, only more often.
  const quickly = ['--health-interval', '2s'];
  const settings = ['--env', `HOLDFAST_DISCOVERY_NAMES=${postgres.name}`, '--env', 'HOLDFAST_DATA_PATH=exec'];
  const container = await docker(
    'run',
    '--detach',
    '--init',
    ...labels,
    ...mounted,
    ...settings,
    ...quickly,
    image,
  );
  try {
    const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', container);
    await until('the container is healthy', async () => (await health()) === 'healthy');
    const holdfast = async (...args: string[]): Promise<unknown> =>
      JSON.parse(await docker('exec', container, 'holdfast', ...args, '--json'));
    expect(await holdfast('backup', postgres.name)).toMatchObject({
      state: 'succeeded',
      items: [{ source: postgres.name, state: 'succeeded', dataPath: 'exec' }],
    });
    const kit = recoveryKitSchema.parse(await holdfast('key', 'show-kit'));
    const password = ['--env', `RESTIC_PASSWORD=${kit.password}`];
    const restic = ['restic', '-r', kit.repositories[0]?.repository ?? ''];
    const listed = await docker('exec', ...password, container, ...restic, 'snapshots', '--json');
    expect(JSON.parse(listed)).toMatchObject([{ paths: ['/manifest.tar'] }, { paths: ['/shop.dump'] }]);
    await docker('stop', container);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', container)).toBe('0');
  } finally {
    await docker('rm', '--force', '--volumes', container);
  }
});
