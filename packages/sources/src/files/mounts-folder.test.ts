import { expect, it } from 'vitest';
import { mountsFolder } from './mounts-folder.ts';

it.each([
  ['/srv/shop/data', true],
  ['/srv/shop/data/uploads', true],
  ['/srv/shop', true],
  ['/srv/shop/data-of-others', false],
  ['/srv/sh', false],
  ['/', false],
])('a container that mounts %s uses /srv/shop/data: %s', (source, uses) => {
  const mount = { type: 'bind', source, destination: '/data', readWrite: true };
  expect(mountsFolder(mount, '/srv/shop/data')).toBe(uses);
  expect(mountsFolder({ ...mount, type: 'volume' }, '/srv/shop/data')).toBe(false);
});
