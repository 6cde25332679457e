import { expect, it } from 'vitest';
import { temporaryName } from '../container/temporary-name.ts';
import { contentHashKey, parseTableKey, rowCountKey, schemaPartPath } from './names.ts';
import { parsePrograms } from './programs.ts';
import { quoteAccount, quoteIdentifier, quoteText } from './quoting.ts';
import { assertSchemaName, isPreviousOf, previousName } from './restore-names.ts';
import { parseServerVersion } from './server-version.ts';

const now = new Date('2026-11-22T14:05:06.789Z');

it('keeps what was replaced under a name that says when, fits, and is free', () => {
  expect(previousName('app', now, new Set())).toBe('app_before_20261122T140506Z');
  expect(previousName('app', now, new Set(['app_before_20261122T140506Z']))).toBe(
    'app_before_20261122T140506Z_2',
  );
  const long = previousName('ä'.repeat(64), now, new Set());
  expect(long).toHaveLength(64);
  expect(isPreviousOf(long, 'ä'.repeat(64))).toBe(true);
});

it('knows what belongs to what', () => {
  expect(isPreviousOf('app_before_20261122T140506Z', 'app')).toBe(true);
  expect(isPreviousOf('app_before_20261122T140506Z_2', 'app')).toBe(true);
  expect(isPreviousOf('shop_before_20261122T140506Z', 'app')).toBe(false);
  expect(isPreviousOf('app', 'app')).toBe(false);
});

it('makes temporary names that are plain', () => {
  expect(temporaryName('0199-$(x)`"-abcdefabcdef', 3)).toBe('holdfast_restore_abcdefabcdef_3');
});

it.each(['', 'a\0b', 'a'.repeat(65), 'ends ', '😀'])('refuses %j as the name of a database', (name) => {
  expect(() => assertSchemaName(name)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});

it('quotes whatever a name holds', () => {
  expect(quoteIdentifier('a`b')).toBe('`a``b`');
  expect(quoteAccount("o'x", '%')).toBe("`o'x`@`%`");
  expect(quoteText("';\n")).toBe("_utf8mb4 X'273b0a'");
});

it('makes paths and keys that separate only by slashes, and reads them back', () => {
  const table = { schema: 'a/b', table: 'c.d/ä' };
  expect(schemaPartPath('a/b')).toBe('/a%2Fb.sql');
  expect(parseTableKey(rowCountKey(table))).toEqual({ of: 'rows', ...table });
  expect(parseTableKey(contentHashKey(table))).toEqual({ of: 'content', ...table });
  expect(parseTableKey('files')).toBeUndefined();
});

it.each([
  ['10.11.18-MariaDB-0+deb12u1', { family: 'mariadb', version: 101_118 }],
  ['5.5.5-10.6.1-MariaDB', { family: 'mariadb', version: 100_601 }],
  ['8.4.5', { family: 'mysql', version: 80_405 }],
])('reads the version %s', (text, expected) => {
  expect(parseServerVersion(text)).toEqual(expected);
});

it.each([
  [
    '/usr/bin/mariadb\t/usr/bin/mariadb-dump\tmariadb-dump  Ver 10.19 Distrib 10.11.18-MariaDB, for debian-linux-gnu (x86_64)',
    { family: 'mariadb', version: '10.11.18-MariaDB' },
  ],
  [
    '/usr/bin/mariadb\t/usr/bin/mariadb-dump\tmariadb-dump from 11.8.6-MariaDB, client 10.19 for debian-linux-gnu (x86_64)',
    { family: 'mariadb', version: '11.8.6-MariaDB' },
  ],
  [
    '/usr/bin/mysql\t/usr/bin/mysqldump\tmysqldump  Ver 8.4.5 for Linux on x86_64 (MySQL Community Server - GPL)',
    { family: 'mysql', version: '8.4.5' },
  ],
])('reads what a dump program says of itself: %s', (line, expected) => {
  expect(parsePrograms(`${line}\n`)).toMatchObject(expected);
});
