import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SecretSearch } from '../support/find-secrets.ts';

const secret = 'kY7?q/+-secret-0042';
const search = () => new SecretSearch([{ name: 'the secret', value: secret }]);

test.each([
  ['raw', `x${secret}y`],
  ['hex', Buffer.from(secret).toString('hex')],
  ['HEX', Buffer.from(secret).toString('hex').toUpperCase()],
  ...['', 'x', 'xy', 'xyz'].flatMap((before) =>
    (['base64', 'base64url'] as const).map((form): [string, string] => [
      `${form} behind ${before.length}`,
      Buffer.from(`${before}${secret}more`).toString(form),
    ]),
  ),
])('finds a secret that is written %s', (_, text) => {
  expect(search().in('here', text)).not.toEqual([]);
});

test('finds nothing where there is nothing, and says how much it searched', () => {
  const one = search();
  expect(one.in('here', 'nothing of the kind')).toEqual([]);
  expect(one.bytesSearched).toBe(19);
});

test('searches the files below a folder, and their names', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-search-'));
  try {
    await writeFile(path.join(folder, 'a'), secret);
    await writeFile(path.join(folder, 'b'), secret);
    await writeFile(path.join(folder, Buffer.from(secret).toString('hex')), '');
    const found = await search().below(folder, [path.join(folder, 'b')]);
    expect(found.map(({ place }) => place).toSorted()).toEqual([
      path.join(folder, 'a'),
      `the name ${path.join(folder, Buffer.from(secret).toString('hex'))}`,
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
