import type { DefinedContainer } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import { startOrder, stopOrder } from './start-order.ts';

function container(name: string, ...needs: string[]): DefinedContainer {
  const dependsOn = needs.map((other) => ({ container: other, healthy: false }));
  const image = { image: 'i', imageId: 'sha256:1', imageDigests: [] };
  return { name, running: true, ...image, dependsOn, create: {}, networks: {} };
}

const names = (...containers: DefinedContainer[]) => startOrder({ containers }).map(({ name }) => name);

it('starts what is needed first, else by name', () => {
  expect(names(container('web', 'db', 'cache'), container('db'), container('cache', 'db'))).toEqual([
    'db',
    'cache',
    'web',
  ]);
  expect(names(container('c'), container('a'), container('b'))).toEqual(['a', 'b', 'c']);
});

it('stops in the opposite order', () => {
  const containers = [container('web', 'db'), container('db')];
  expect(stopOrder({ containers }).map(({ name }) => name)).toEqual(['web', 'db']);
});

it('breaks a circle at its first by name, and goes on', () => {
  expect(names(container('c', 'b'), container('b', 'a'), container('a', 'c'), container('0', 'c'))).toEqual([
    '0',
    'a',
    'b',
    'c',
  ]);
  expect(names(container('itself', 'itself'))).toEqual(['itself']);
});

it('does not wait for what is not part of it', () => {
  expect(names(container('web', 'elsewhere'))).toEqual(['web']);
});
