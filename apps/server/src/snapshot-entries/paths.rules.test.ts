import { expect, it } from 'vitest';
import { cleanPath, outermostPaths } from './paths.rules.ts';

it.each([
  ['/a/', '/a'],
  ['//a//b', '/a/b'],
  ['/a/../../b', '/b'],
  ['/a/./b', '/a/b'],
  ['/', '/'],
  ['/a*b', '/a*b'],
])('%s is %s', (given, clean) => {
  expect(cleanPath(given)).toBe(clean);
});

it('what lies in a folder that is chosen, too, comes along with it', () => {
  expect(outermostPaths(['/a/b', '/a', '/a/', '/ab', '/c/d/e', '/c/d'])).toEqual(['/a', '/ab', '/c/d']);
});

it.each([['/'], ['/a/..'], ['/nul\0']])('%j cannot be chosen', (given) => {
  expect(() => outermostPaths([given])).toThrow();
});
