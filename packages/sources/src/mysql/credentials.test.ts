import { Secret } from '@holdfast/runtime';
import { expect, it } from 'vitest';
import { containerDetails } from '../testing/container-details.ts';
import { findCredentials } from './credentials.ts';
import type { ConnectionSettings } from './locator.ts';

const files: Record<string, string> = { '/run/secrets/root': 'from a file', '/run/secrets/app': 'app file' };
const readFile = async (path: string) => new Secret(files[path] ?? 'no such file');

async function find(environment: Record<string, string>, settings: ConnectionSettings = {}) {
  const { user, password, limited } = await findCredentials(
    containerDetails({ environment }),
    settings,
    readFile,
  );
  return { user, password: password?.reveal(), limited };
}
const root = (password: string | undefined) => ({ user: 'root', password, limited: false });

it.each([
  [{ MARIADB_ROOT_PASSWORD: 'm', MYSQL_ROOT_PASSWORD: 'o' }, root('m')],
  [{ MYSQL_ROOT_PASSWORD: 'o', MYSQL_USER: 'app', MYSQL_PASSWORD: 'a' }, root('o')],
  [{ MYSQL_ROOT_PASSWORD_FILE: '/run/secrets/root' }, root('from a file')],
  [{ MARIADB_ROOT_PASSWORD: '', MARIADB_ROOT_PASSWORD_FILE: '/run/secrets/root' }, root('from a file')],
  [{ MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: '1' }, root(undefined)],
  [{ MYSQL_ALLOW_EMPTY_PASSWORD: 'yes' }, root(undefined)],
  [{ ALLOW_EMPTY_PASSWORD: 'yes' }, root(undefined)],
  [
    { MARIADB_ROOT_USER: 'boss', MARIADB_ROOT_PASSWORD: 'b' },
    { ...root('b'), user: 'boss' },
  ],
  [
    { MARIADB_RANDOM_ROOT_PASSWORD: '1', MARIADB_USER: 'app', MARIADB_PASSWORD_FILE: '/run/secrets/app' },
    { user: 'app', password: 'app file', limited: true },
  ],
])('reads %j', async (environment, expected) => {
  expect(await find(environment)).toEqual(expected);
});

it('lets settings win', async () => {
  const environment = {
    MYSQL_ROOT_PASSWORD: 'r',
    BACKUP_PASSWORD: 'b',
    MYSQL_USER: 'app',
    MYSQL_PASSWORD: 'a',
  };
  expect(await find(environment, { user: 'backup', passwordEnv: 'BACKUP_PASSWORD' })).toEqual({
    user: 'backup',
    password: 'b',
    limited: false,
  });
  expect(await find(environment, { passwordFile: '/run/secrets/root' })).toEqual(root('from a file'));
  expect(await find(environment, { user: 'app' })).toEqual({ user: 'app', password: 'a', limited: false });
});

it.each([
  [{}, {}, 'MARIADB_ROOT_PASSWORD'],
  [{ MYSQL_RANDOM_ROOT_PASSWORD: '1' }, {}, 'MYSQL_ROOT_PASSWORD'],
  [{ MYSQL_ROOT_PASSWORD: 'r' }, { user: 'other' }, '"other"'],
  [{ MYSQL_ROOT_PASSWORD: 'r' }, { passwordEnv: 'MISSING' }, 'MISSING'],
])('says what it looked for in %j with %j', async (environment, settings, words) => {
  await expect(find(environment, settings)).rejects.toMatchObject({
    code: 'credentials-missing',
    message: expect.stringContaining(words),
  });
});
