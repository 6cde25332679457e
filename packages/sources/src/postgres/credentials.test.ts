import { HoldfastError, Secret } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { credentialsMissing, findCredentials } from './credentials.ts';
import type { ConnectionSettings } from './locator.ts';
import { containerDetails } from './testing/container-details.ts';

const files: Readonly<Record<string, string>> = {
  '/run/secrets/password': 'from a file',
  '/run/secrets/user': 'filed',
};

async function find(environment: Record<string, string>, settings: ConnectionSettings = {}) {
  const found = await findCredentials(containerDetails({ environment }), settings, (path) => {
    const content = files[path];
    if (content === undefined) return Promise.reject(new Error(`no file ${path}`));
    return Promise.resolve(new Secret(content));
  });
  return { ...found, password: found.password?.reveal() };
}

describe('by the names of the official image', () => {
  it('finds user, password and database', async () => {
    const found = await find({ POSTGRES_USER: 'app', POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' });
    expect(found).toEqual({
      user: 'app',
      password: 'pw',
      firstDatabases: ['shop', 'app', 'postgres', 'template1'],
    });
  });

  it('takes the user postgres where none is named', async () => {
    expect(await find({ POSTGRES_PASSWORD: 'pw' })).toMatchObject({ user: 'postgres', password: 'pw' });
  });

  it('reads the files that _FILE names', async () => {
    const found = await find({
      POSTGRES_USER_FILE: '/run/secrets/user',
      POSTGRES_PASSWORD_FILE: '/run/secrets/password',
    });
    expect(found).toMatchObject({ user: 'filed', password: 'from a file' });
  });

  it('takes an empty variable for none', async () => {
    const found = await find({ POSTGRES_PASSWORD: '', POSTGRES_PASSWORD_FILE: '/run/secrets/password' });
    expect(found).toMatchObject({ password: 'from a file' });
  });

  it('does not go on without a file that is named but cannot be read', async () => {
    await expect(find({ POSTGRES_PASSWORD_FILE: '/nowhere' })).rejects.toThrow('no file /nowhere');
  });

  it('has no password where none is named: the socket may want none', async () => {
    expect(await find({ DB_PASS: 'pw' })).toMatchObject({ user: 'postgres', password: undefined });
  });
});

describe('by the names of other images', () => {
  it('finds the role of the application', async () => {
    const found = await find({
      POSTGRESQL_USERNAME: 'app',
      POSTGRESQL_PASSWORD: 'pw',
      POSTGRESQL_DATABASE: 'shop',
    });
    expect(found).toMatchObject({ user: 'app', password: 'pw' });
    expect(found.firstDatabases[0]).toBe('shop');
  });

  it('prefers the superuser, who may read all', async () => {
    const found = await find({
      POSTGRESQL_USERNAME: 'app',
      POSTGRESQL_PASSWORD: 'pw',
      POSTGRESQL_POSTGRES_PASSWORD: 'super',
    });
    expect(found).toMatchObject({ user: 'postgres', password: 'super' });
  });
});

describe('by settings', () => {
  const environment = { POSTGRES_PASSWORD: 'old', ADMIN_PASSWORD: 'new' };

  it('another variable, file or user wins', async () => {
    expect(await find(environment, { user: 'admin', passwordEnv: 'ADMIN_PASSWORD' })).toMatchObject({
      user: 'admin',
      password: 'new',
    });
    expect(await find(environment, { passwordFile: '/run/secrets/password' })).toMatchObject({
      password: 'from a file',
    });
  });

  it('a variable that does not exist is an error that names it', async () => {
    await expect(find(environment, { passwordEnv: 'NO_SUCH' })).rejects.toMatchObject({
      code: 'credentials-missing',
      message: expect.stringContaining('NO_SUCH'),
    });
  });
});

it('says which names were looked for, and how to name others', () => {
  const error = credentialsMissing(containerDetails({ name: 'shop-db' }), 'no password supplied');
  expect(error).toBeInstanceOf(HoldfastError);
  expect(error.message).toContain('shop-db');
  expect(error.message).toContain('POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB');
  expect(error.message).toContain('_FILE');
  expect(error.hint).toContain('holdfast.postgres.password-env');
});
