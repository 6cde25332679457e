import { expect, it } from 'vitest';
import type { Listing } from './listing.rules.ts';
import { ListingCache } from './listing-cache.ts';

const listing = (count: number): Listing => ({
  folders: [],
  others: Array.from({ length: count }, (_, index) => ({
    name: `${index}`,
    path: `/${index}`,
    type: 'file',
  })),
});

it('forgets what was used least lately when it holds too much', () => {
  const cache = new ListingCache(100);
  cache.set('a', listing(30));
  cache.set('b', listing(30));
  cache.get('a');
  cache.set('c', listing(30));
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.others.length)).toEqual([30, undefined, 30]);
  cache.set('a', listing(40));
  expect(['a', 'c'].map((key) => cache.get(key)?.others.length)).toEqual([40, 30]);
});

it('does not hold empty folders without end, nor one that is too large', () => {
  const cache = new ListingCache(100);
  for (let index = 0; index < 50; index++) cache.set(`${index}`, listing(0));
  expect(Array.from({ length: 50 }, (_, index) => cache.get(`${index}`)).filter(Boolean)).toHaveLength(10);
  cache.set('large', listing(200));
  expect(cache.get('large')).toBeUndefined();
});
