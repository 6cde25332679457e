import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mountOf } from '../files/testing/mounts.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { detectBindMount } from './detect-mount.ts';

const detect = (place: string, labels = {}) =>
  detectBindMount(mountOf({ type: 'bind', path: place }, labels));

describe('a mounted folder', () => {
  it.each([
    ['/srv/shop/uploads', 'shop-uploads'],
    ['/srv/shop/uploads/', 'shop-uploads'],
    ['/home/me/app data/$(x)', 'app-data-x-'],
    ['/data', 'data'],
  ])('%s is found, and called %s', (place, name) => {
    expect(detect(place)).toEqual({ locator: { path: place.replace(/\/$/, '') }, name });
  });

  it.each([
    '/',
    '/srv',
    '/var/lib',
    '/etc',
    '/etc/localtime',
    '/proc',
    '/sys/fs/cgroup',
    '/dev/dri',
    '/run/docker.sock',
    '/var/run/docker.sock',
    '/var/lib/docker/volumes',
    '/usr/share/zoneinfo',
    '/srv/shop/nginx.conf',
    '/srv/../etc/ssl',
  ])('%s belongs to the host or to the definition of the environment', (place) => {
    expect(detect(place)).toBeUndefined();
  });

  it('is none when a file or a socket lies there', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'settings'), '');
    const server = createServer().listen(path.join(folder, 'socket'));
    onTestFinished(() => void server.close());
    expect(detect(path.join(folder, 'data'))).toBeDefined();
    expect(detect(path.join(folder, 'settings'))).toBeUndefined();
    expect(detect(path.join(folder, 'socket'))).toBeUndefined();
  });

  it('says what is wrong with the label of a container', () => {
    const { problem } = detect('/srv/shop/data', { 'holdfast.volume.consistency': 'freeze' }) ?? {};
    expect(problem).toContain('"freeze"');
    expect(problem).toContain('live, pause, stop');
  });
});
