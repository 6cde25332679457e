import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partPathOf, sqliteLocator } from './locator.ts';

describe('the path of the stream', () => {
  it.each([
    ['/srv/app.db', '/app.db.sqlite'],
    ['/srv/app.sqlite', '/app.sqlite'],
    ['/srv/a b\n$(x).db', '/a%20b%0A%24%28x%29.db.sqlite'],
    ['/srv/ü', '/%C3%BC.sqlite'],
  ])('of %j is %s', (file, expected) => {
    expect(partPathOf(file)).toBe(expected);
  });

  it('is made of safe characters and can be decoded to the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const name = text.replaceAll(/[/\0]/g, '_');
        const encoded = partPathOf(`/x/${name}`);
        expect(encoded).toMatch(/^\/[A-Za-z0-9_.%-]+$/);
        const decoded = decodeURIComponent(encoded.slice(1));
        expect([name, `${name}.sqlite`]).toContain(decoded);
      }),
    );
  });
});

it.each(['relative', '', '/with\0nul'])('%j is no locator', (path) => {
  expect(sqliteLocator.safeParse({ path }).success).toBe(false);
});
