import type { Operation } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { withChanges } from './with-changes.ts';

function operation(id: string, more: Partial<Operation> = {}): Operation {
  return {
    id,
    kind: 'backup',
    state: 'running',
    attempt: 1,
    createdAt: `2026-11-28T00:00:0${id}.000Z`,
    ...more,
  };
}

const pages = [{ items: [operation('4'), operation('3')], next: 'x' }, { items: [operation('2')] }];
const ids = (result: { items: Operation[] }[]) => result.map(({ items }) => items.map(({ id }) => id));

test('changes a row where it stands, on whichever page, and keeps its items', () => {
  const items = [
    {
      source: 'shop',
      kind: 'postgres',
      operationId: '9',
      state: 'running',
      bytesRead: 1,
      bytesAdded: 1,
      durationMs: 1,
    } as const,
  ];
  const before = [{ items: [operation('4', { items: [...items] })] }, ...pages.slice(1)];
  const after = withChanges(
    before,
    [operation('4', { state: 'failed' }), operation('2', { attempt: 2 })],
    {},
  );
  expect(ids(after)).toEqual([['4'], ['2']]);
  expect(after[0]?.items[0]).toMatchObject({ state: 'failed', items });
  expect(after[1]?.items[0]?.attempt).toBe(2);
});

test('puts new ones to the top, newest first, but no parts of a pass', () => {
  const after = withChanges(pages, [operation('5'), operation('6'), operation('7', { parentId: '6' })], {});
  expect(ids(after)).toEqual([['6', '5', '4', '3'], ['2']]);
});

test('shows only what the filter wants', () => {
  const running = { state: 'running' } as const;
  const after = withChanges(
    pages,
    [operation('3', { state: 'succeeded' }), operation('5', { state: 'queued' }), operation('6')],
    running,
  );
  expect(ids(after)).toEqual([['6', '4'], ['2']]);
});
