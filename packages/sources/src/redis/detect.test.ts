import type { ContainerDetails } from '@holdfast/docker';
import { Secret } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { findCredentials } from './credentials.ts';
import { detectRedis } from './detect.ts';

interface Shape {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly state?: ContainerDetails['state'];
}

function containerOf(shape: Shape): ContainerDetails {
  return {
    id: 'c0ffee',
    name: 'cache',
    image: shape.image ?? 'redis:7',
    imageId: 'sha256:0',
    state: shape.state ?? 'running',
    labels: shape.labels ?? {},
    pid: 1,
    environment: new Map(
      Object.entries(shape.environment ?? {}).map(([name, value]) => [name, new Secret(value)]),
    ),
    user: '',
    command: shape.command ?? ['docker-entrypoint.sh', 'redis-server'],
    exposedPorts: shape.ports ?? ['6379/tcp'],
    mounts: [],
  };
}

describe('detection', () => {
  it.each<[string, Shape]>([
    ['the official image', {}],
    ['Valkey', { image: 'valkey/valkey:8-alpine', command: ['docker-entrypoint.sh', 'valkey-server'] }],
    [
      'a mirror, with options only',
      { image: 'mirror:5000/library/redis@sha256:1', command: ['docker-entrypoint.sh', '--save', '60', '1'] },
    ],
    ['redis-stack', { image: 'redis/redis-stack-server:7.4.0-v0', command: ['/entrypoint.sh'] }],
    [
      'Bitnami',
      {
        image: 'bitnami/redis:7.2',
        command: ['/opt/bitnami/scripts/redis/entrypoint.sh', '/opt/bitnami/scripts/redis/run.sh'],
      },
    ],
    [
      'a line for a shell',
      { command: ['docker-entrypoint.sh', 'sh', '-c', 'exec redis-server --requirepass "$PW"'] },
    ],
    [
      'an image of somebody',
      { image: 'shop/cache:1', command: ['/usr/bin/redis-server', '/etc/redis.conf'] },
    ],
    ['a label', { image: 'shop/cache:1', command: ['run'], ports: [], labels: { 'holdfast.kind': 'redis' } }],
  ])('finds %s', (_, shape) => {
    expect(detectRedis(containerOf(shape))).toMatchObject({
      locator: { container: { id: 'c0ffee', name: 'cache' } },
    });
  });

  it.each<[string, Shape]>([
    ['a client', { command: ['docker-entrypoint.sh', 'redis-cli', '-h', 'cache', 'monitor'] }],
    ['a sentinel', { command: ['docker-entrypoint.sh', 'redis-server', '/s.conf', '--sentinel'] }],
    [
      'a job',
      { command: ['docker-entrypoint.sh', 'sh', '-c', 'while sleep 60; do redis-cli -h cache save; done'] },
    ],
    ['KeyDB', { image: 'eqalpha/keydb', command: ['docker-entrypoint.sh', 'keydb-server'] }],
    ['Dragonfly', { image: 'docker.dragonflydb.io/dragonflydb/dragonfly', command: ['dragonfly'] }],
    ['an exporter', { image: 'oliver006/redis_exporter', command: ['/redis_exporter'], ports: ['9121/tcp'] }],
    ['a user interface', { image: 'rediscommander/redis-commander', command: ['node'], ports: ['8081/tcp'] }],
    [
      'an application that has the variables',
      { image: 'shop', command: ['node'], environment: { REDIS_PASSWORD: 'x' }, ports: [] },
    ],
    ['another kind by its label', { labels: { 'holdfast.kind': 'volume' } }],
  ])('does not take %s for a server', (_, shape) => {
    expect(detectRedis(containerOf(shape))).toBeUndefined();
  });

  it('says where the data is, and what is wrong', () => {
    expect(detectRedis(containerOf({}))?.dataPaths).toEqual(['/data']);
    expect(
      detectRedis(containerOf({ command: ['redis-server', '--dir', '/var/lib/redis'] }))?.dataPaths,
    ).toEqual(['/var/lib/redis']);
    expect(detectRedis(containerOf({ state: 'exited' }))?.problem).toContain('stopped');
    expect(detectRedis(containerOf({ labels: { 'holdfast.redis.port': 'six' } }))?.problem).toContain(
      'holdfast.redis.port',
    );
    expect(detectRedis(containerOf({ labels: { 'holdfast.redis.pasword-env': 'X' } }))?.problem).toContain(
      'pasword-env',
    );
  });
});

describe('credentials', () => {
  const files: Record<string, string> = {
    '/run/secrets/redis': 'from a file',
    '/etc/redis.conf': 'port 6379\n# requirepass no\nrequirepass "from the settings"\n',
  };
  const passwordOf = async (shape: Shape, settings = {}) => {
    const read = async (path: string) => await Promise.resolve(new Secret(files[path] ?? ''));
    const found = await findCredentials(containerOf(shape), settings, read);
    return found.password?.reveal();
  };

  it.each<[string, Shape, string | undefined]>([
    ['nothing', {}, undefined],
    ['the command', { command: ['docker-entrypoint.sh', 'redis-server', '--requirepass', 'p w'] }, 'p w'],
    ['a line for a shell', { command: ['sh', '-c', `redis-server --port 1 --requirepass "p 'w"`] }, "p 'w"],
    [
      'a variable in a line for a shell',
      { command: ['sh', '-c', 'redis-server --requirepass ${PW}'], environment: { PW: 'secret' } },
      'secret',
    ],
    ['a variable', { environment: { REDIS_PASSWORD: 'secret' } }, 'secret'],
    ['a variable of Valkey', { environment: { VALKEY_PASSWORD: 'secret' } }, 'secret'],
    ['a file', { environment: { REDIS_PASSWORD_FILE: '/run/secrets/redis' } }, 'from a file'],
    ['arguments of redis-stack', { environment: { REDIS_ARGS: '--requirepass abc --save 60' } }, 'abc'],
    ['a file of settings', { command: ['redis-server', '/etc/redis.conf'] }, 'from the settings'],
  ])('reads the password from %s', async (_, shape, expected) => {
    expect(await passwordOf(shape)).toBe(expected);
  });

  it('prefers what a person said, and says when it is not there', async () => {
    const shape = { command: ['redis-server', '--requirepass', 'old'], environment: { NEW: 'new' } };
    expect(await passwordOf(shape, { passwordEnv: 'NEW' })).toBe('new');
    expect(await passwordOf(shape, { passwordFile: '/run/secrets/redis' })).toBe('from a file');
    await expect(passwordOf(shape, { passwordEnv: 'MISSING' })).rejects.toMatchObject({
      code: 'credentials-missing',
    });
  });
});
