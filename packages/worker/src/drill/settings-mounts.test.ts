import type { ContainerMount } from '@holdfast/docker';
import { describe, expect, it } from 'vitest';
import { type PathKind, settingsMounts } from './settings-mounts.ts';

const bind = (source: string, destination: string, readWrite = true): ContainerMount => ({
  type: 'bind',
  source,
  destination,
  readWrite,
});
const volume = (name: string, destination: string, readWrite = true): ContainerMount => ({
  type: 'volume',
  name,
  source: `/volumes/${name}/_data`,
  destination,
  readWrite,
});

async function given(mounts: readonly ContainerMount[], kind: PathKind = 'file'): Promise<string[]> {
  const chosen = await settingsMounts({ mounts }, ['/var/lib/postgresql/data'], async () => kind);
  return chosen.map(({ destination }) => destination);
}

describe('a throwaway is given', () => {
  it('single files, folders that are read-only or named as settings, read-only volumes', async () => {
    expect(await given([bind('/srv/pg.conf', '/etc/pg.conf')])).toEqual(['/etc/pg.conf']);
    expect(await given([bind('/srv/conf', '/opt/app/conf.d')], 'folder')).toEqual(['/opt/app/conf.d']);
    expect(await given([bind('/srv/any', '/anything', false)], 'folder')).toEqual(['/anything']);
    expect(await given([volume('certs', '/certificates', false)])).toEqual(['/certificates']);
  });

  it('what looks like settings where the host cannot be seen', async () => {
    const mounts = [bind('/srv/my.cnf', '/etc/mysql/my.cnf'), bind('/srv/x', '/srv/uploads')];
    expect(await given(mounts, 'unseen')).toEqual(['/etc/mysql/my.cnf']);
  });
});

describe('a throwaway is not given', () => {
  it.each([
    ['the data', volume('data', '/var/lib/postgresql/data')],
    ['the data, read-only', volume('data', '/var/lib/postgresql/data', false)],
    ['what holds the data', volume('data', '/var/lib/postgresql', false)],
    ['what lies in the data', bind('/srv/pg.conf', '/var/lib/postgresql/data/postgresql.conf')],
    ['another volume that is written', volume('uploads', '/srv/uploads')],
    ['the engine’s socket', bind('/var/run/docker.sock', '/var/run/docker.sock')],
    ['the engine’s socket under another name', bind('/run/user/1000/docker.sock', '/tmp/engine')],
    ['the host', bind('/', '/host', false)],
    ['folders of the host', bind('/proc', '/host/proc', false)],
    ['folders of the host by another way', bind('/etc/../run', '/x', false)],
    [
      'scripts that seed an empty server',
      bind('/srv/seed.sql', '/docker-entrypoint-initdb.d/seed.sql', false),
    ],
    ['memory', { type: 'tmpfs', source: '', destination: '/tmp', readWrite: true }],
  ])('%s', async (_what, mount) => {
    expect(await given([mount])).toEqual([]);
  });

  it('a folder that the original writes to, and what is neither file nor folder', async () => {
    expect(await given([bind('/srv/uploads', '/srv/uploads')], 'folder')).toEqual([]);
    expect(await given([bind('/srv/fifo', '/etc/fifo', false)], 'other')).toEqual([]);
  });
});
