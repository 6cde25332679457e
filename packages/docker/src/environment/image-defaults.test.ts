import { expect, it } from 'vitest';
import { withoutImageDefaults } from './image-defaults.ts';

const image = {
  Env: ['PATH=/bin', 'VERSION=1'],
  Cmd: ['serve'],
  Entrypoint: ['/entry'],
  User: 'app',
  WorkingDir: '/app',
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/data': {} },
  Labels: { vendor: 'x', build: '1' },
  Healthcheck: { Test: ['CMD', 'ok'] },
};

it('leaves out what the image brings', () => {
  expect(withoutImageDefaults({ ...image, Hostname: 'h' }, image)).toEqual({ Hostname: 'h', Env: [] });
});

it('keeps what a person set, and only that', () => {
  const own = {
    Env: ['VERSION=2', 'OWN=1', 'PATH=/bin'],
    User: 'root',
    ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
    Labels: { vendor: 'x', build: '2', own: 'y' },
    Healthcheck: { Test: ['NONE'] },
  };
  expect(withoutImageDefaults({ ...image, ...own }, image)).toEqual({
    Env: ['VERSION=2', 'OWN=1'],
    User: 'root',
    ExposedPorts: { '81/tcp': {} },
    Labels: { build: '2', own: 'y' },
    Healthcheck: { Test: ['NONE'] },
  });
});

it.each([
  ['its own command', { Cmd: ['other'], Entrypoint: ['/entry'] }, { Cmd: ['other'] }],
  ['its own entry point', { Cmd: ['x'], Entrypoint: ['/own'] }, { Cmd: ['x'], Entrypoint: ['/own'] }],
  [
    'the same command behind its own entry point',
    { Cmd: ['serve'], Entrypoint: ['/own'] },
    { Cmd: ['serve'], Entrypoint: ['/own'] },
  ],
  [
    'the same entry point and no command',
    { Cmd: null, Entrypoint: ['/entry'] },
    { Cmd: null, Entrypoint: ['/entry'] },
  ],
  ['no entry point', { Cmd: ['x'], Entrypoint: null }, { Cmd: ['x'], Entrypoint: [''] }],
])('keeps %s', (_, own, kept) => {
  expect(withoutImageDefaults({ ...image, ...own }, image)).toEqual({ Env: [], ...kept });
});

it('keeps everything where the image is gone', () => {
  expect(withoutImageDefaults(image, undefined)).toEqual(image);
});
