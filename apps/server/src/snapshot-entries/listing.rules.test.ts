import type { SnapshotEntry } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import { type EntriesPage, PageCollector, pageOf, parsePlace } from './listing.rules.ts';

const entry = (name: string, type: SnapshotEntry['type']): SnapshotEntry => ({
  name,
  path: `/${name}`,
  type,
});

/** All pages one after the other, as a client reads them. */
function readAll(read: (cursor?: string) => EntriesPage): string[][] {
  const pages: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const page: EntriesPage = read(cursor);
    pages.push(page.items.map(({ name }) => name));
    if (page.next === undefined) return pages;
    cursor = page.next;
  }
}

it.each([
  [0, 0],
  [0, 7],
  [6, 0],
  [3, 3],
  [4, 1],
  [5, 9],
])('pages through %i folders and %i others give each of them once, folders first', (folders, others) => {
  const all = [
    ...Array.from({ length: others }, (_, index) =>
      entry(`file ${index}`, index % 2 === 0 ? 'file' : 'link'),
    ),
    ...Array.from({ length: folders }, (_, index) => entry(`folder ${index}`, 'directory')),
  ];
  const expected = [...all.slice(others), ...all.slice(0, others)].map(({ name }) => name);
  for (const limit of [1, 2, 3, 4, 100]) {
    const collect = (cursor: string | undefined, most: number) => {
      const collector = new PageCollector(parsePlace(cursor), limit, most);
      for (const one of all) collector.add(one);
      return collector;
    };
    const streamed = readAll((cursor) => collect(cursor, 0).page());
    expect(streamed.flat()).toEqual(expected);
    expect(streamed.every((page, index) => page.length === limit || index === streamed.length - 1)).toBe(
      true,
    );
    const whole = collect(undefined, 100).whole();
    expect(
      readAll((cursor) => pageOf(whole ?? { folders: [], others: [] }, parsePlace(cursor), limit)),
    ).toEqual(streamed);
  }
});

it('keeps no more than it may', () => {
  const collector = new PageCollector(parsePlace(undefined), 2, 3);
  for (const name of ['a', 'b', 'c']) collector.add(entry(name, 'file'));
  expect(collector.whole()?.others).toHaveLength(3);
  collector.add(entry('d', 'file'));
  expect(collector.whole()).toBeUndefined();
  expect(collector.page().items).toHaveLength(2);
});

it.each(['', 'x1', 'd', 'd-1', 'o1e3', 'd99999999999'])('%j is no place', (cursor) => {
  expect(() => parsePlace(cursor)).toThrow('no cursor');
});
