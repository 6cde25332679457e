import { expect, it } from 'vitest';
import { sourceKind, sourceKinds } from './registry.ts';

it('finds every kind by its own name, once', () => {
  expect(new Set(sourceKinds.map(({ kind }) => kind)).size).toBe(sourceKinds.length);
  for (const kind of sourceKinds) expect(sourceKind(kind.kind)).toBe(kind);
});

it('says which kinds there are', () => {
  expect(() => sourceKind('oracle')).toThrow(expect.objectContaining({ code: 'not-found' }));
});

it('detects containers by every kind that says it is discoverable, and by no other', () => {
  for (const kind of sourceKinds) expect('detect' in kind).toBe(kind.traits.discoverable);
});
