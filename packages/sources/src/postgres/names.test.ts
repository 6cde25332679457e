import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  databasePartPath,
  decodeName,
  encodeName,
  largeObjectCountKey,
  parseRowCountKey,
  rowCountKey,
} from './names.ts';

const anyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 63 });

describe('names in paths and keys', () => {
  it('come back as they were, whatever they hold', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(decodeName(encodeName(name))).toBe(name);
      }),
    );
  });

  it('hold only characters that are safe in paths and keys', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(encodeName(name)).toMatch(/^(?:[A-Za-z0-9_-]|%[0-9A-F]{2})+$/);
        expect(databasePartPath(name)).toMatch(/^\/(?:[A-Za-z0-9_-]|%[0-9A-F]{2})+\.dump$/);
      }),
    );
  });

  it('tell different tables apart', () => {
    fc.assert(
      fc.property(anyName, anyName, anyName, (database, schema, table) => {
        expect(parseRowCountKey(rowCountKey({ database, schema, table }))).toEqual({
          database,
          schema,
          table,
        });
      }),
    );
  });

  it.each([
    ['plain', 'plain'],
    ['a.b/c', 'a%2Eb%2Fc'],
    ['-v x=y', '-v%20x%3Dy'],
    ['$(id)\n"', '%24%28id%29%0A%22'],
    ['größe', 'gr%C3%B6%C3%9Fe'],
    ['..', '%2E%2E'],
  ])('writes %j as %j', (name, encoded) => {
    expect(encodeName(name)).toBe(encoded);
  });

  it('does not take other counts for rows', () => {
    expect(parseRowCountKey(largeObjectCountKey('app'))).toBeUndefined();
  });
});
