import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import type { Environment } from './config-values.ts';
import { resolveDataDirectory } from './data-directory/resolve.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

async function load(environment: Environment, dotEnv?: string) {
  const dataDirectory = await temporaryFolder();
  if (dotEnv !== undefined) await writeFile(path.join(dataDirectory, '.env'), dotEnv);
  return loadConfig({ environment, overrides: { dataDirectory } });
}

const s3 = {
  HOLDFAST_S3_ENDPOINT: 'https://s3.example',
  HOLDFAST_S3_BUCKET: 'backups',
  HOLDFAST_S3_ACCESS_KEY: 'AKIA',
  HOLDFAST_S3_SECRET_KEY: 'very-secret',
};

describe('settings', () => {
  it('have defaults', async () => {
    expect(await load({ TZ: 'UTC' })).toMatchObject({
      host: '127.0.0.1',
      port: 7420,
      s3: undefined,
      dataPath: 'auto',
      retention: { recentHours: 24, daily: 30, weekly: 4, monthly: 6 },
      backupCron: '0 2 * * *',
      drillSchedule: '0 5 1 * *',
      drillLimits: { memoryBytes: 1024 ** 3, timeMs: 4 * 3_600_000 },
      timeZone: 'UTC',
    });
    expect((await load({})).concurrency).toBeGreaterThanOrEqual(2);
  });

  it('switch scheduled drills off', async () => {
    expect((await load({ HOLDFAST_DRILL_SCHEDULE: 'off' })).drillSchedule).toBeUndefined();
  });

  it('come from the environment before the .env of the data directory', async () => {
    const dotEnv = 'HOLDFAST_PORT=1111\nHOLDFAST_HOST=0.0.0.0\n';
    expect(await load({ HOLDFAST_PORT: '2222' }, dotEnv)).toMatchObject({ port: 2222, host: '0.0.0.0' });
  });

  it.each([
    ['HOLDFAST_PORT', '70000', 'a whole number from 0 to 65535'],
    ['HOLDFAST_PORT', '80a', 'a whole number'],
    ['HOLDFAST_CONCURRENCY', '0', 'a whole number from 1 to 64'],
    ['HOLDFAST_RETENTION_DAILY', '-1', 'a whole number'],
    ['HOLDFAST_DATA_PATH', 'teleport', 'one of: auto, direct, helper, exec'],
    ['HOLDFAST_BACKUP_CRON', 'daily at noon', 'a cron expression'],
    ['HOLDFAST_BACKUP_CRON', '0 0 31 2 *', 'a cron expression of five fields that comes due'],
    ['HOLDFAST_PRUNE_CRON', '* * * * * *', 'five fields'],
    ['HOLDFAST_DRILL_SCHEDULE', 'never', 'or off'],
    ['HOLDFAST_DRILL_MEMORY_MIB', '1', 'a whole number from 64'],
    ['HOLDFAST_TIME_ZONE', 'Mars/Olympus', 'an IANA time zone'],
  ])('%s=%s stops the start, naming both and what is accepted', async (name, value, accepts) => {
    const loading = load({ [name]: value });
    await expect(loading).rejects.toMatchObject({ code: 'setting-invalid' });
    for (const part of [name, JSON.stringify(value), accepts]) await expect(loading).rejects.toThrow(part);
  });

  it('name every S3 variable that is missing, and hold no secret in the clear', async () => {
    const config = await load(s3);
    expect(config.s3).toMatchObject({ endpoint: 'https://s3.example', bucket: 'backups' });
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('very-secret');
    const incomplete = load({ HOLDFAST_S3_BUCKET: 'backups' });
    await expect(incomplete).rejects.toThrow(
      'HOLDFAST_S3_ENDPOINT, HOLDFAST_S3_ACCESS_KEY, HOLDFAST_S3_SECRET_KEY is not set',
    );
  });

  it('read secrets from files', async () => {
    const file = path.join(await temporaryFolder(), 'key');
    await writeFile(file, 'from-the-file\n');
    const { HOLDFAST_S3_SECRET_KEY: _, ...rest } = s3;
    const config = await load({ ...rest, HOLDFAST_S3_SECRET_KEY_FILE: file });
    expect(config.s3?.secretKey.reveal()).toBe('from-the-file');
    await expect(load({ ...rest, HOLDFAST_S3_SECRET_KEY_FILE: `${file}-absent` })).rejects.toThrow(
      'HOLDFAST_S3_SECRET_KEY_FILE',
    );
  });

  it('take a master key as hexadecimal or base64, and never quote a wrong one', async () => {
    const key = Buffer.alloc(32, 7);
    for (const text of [key.toString('hex'), key.toString('base64'), key.toString('base64url')]) {
      expect((await load({ HOLDFAST_MASTER_KEY: text })).masterKey).toEqual(key);
    }
    const loading = load({ HOLDFAST_MASTER_KEY: 'too-short-a-secret' });
    await expect(loading).rejects.toThrow('HOLDFAST_MASTER_KEY holds "[redacted]"');
    await expect(loading).rejects.not.toThrow('too-short-a-secret');
  });
});

describe('the data directory', () => {
  it('is the one that is said, else the usual place of this user', () => {
    const environment = { HOLDFAST_DATA_DIR: '/srv/holdfast' };
    expect(resolveDataDirectory({ environment })).toBe('/srv/holdfast');
    expect(resolveDataDirectory({ environment, overrides: { dataDirectory: '/else' } })).toBe('/else');
    expect(resolveDataDirectory({ environment: {}, userId: 0 })).toBe('/var/lib/holdfast');
    expect(resolveDataDirectory({ environment: {}, userId: 1000 })).toMatch(/\.local\/share\/holdfast$/);
  });
});

describe('the place of the state', () => {
  it('is a file, or a PostgreSQL server whose URL is never quoted back', () => {
    const overrides = { dataDirectory: '/data' };
    const place = (url?: string) =>
      loadConfig({ environment: { HOLDFAST_DATABASE_URL: url }, overrides }).database;
    expect(place()).toEqual({ kind: 'sqlite', file: '/data/holdfast.db' });
    expect(place('postgresql://me:p%40ss@db:5432/holdfast')).toMatchObject({
      kind: 'postgres',
      connections: 5,
    });
    for (const wrong of [
      'mysql://me:hunter2@db/x',
      'postgres://me:hunter2@db',
      'postgres://me:hunter2%@db/x',
      'word',
    ]) {
      const error = expect.objectContaining({
        code: 'setting-invalid',
        message: expect.not.stringContaining('hunter2'),
      });
      expect(() => place(wrong)).toThrow(error);
      expect(() => place(wrong)).toThrow(/HOLDFAST_DATABASE_URL holds "\[redacted\]"/);
    }
  });
});

describe('who may come in', () => {
  const read = (environment: Record<string, string>) =>
    loadConfig({ environment, overrides: { dataDirectory: '/nonexistent' } });
  const provider = {
    HOLDFAST_PUBLIC_URL: 'https://backup.example.com',
    HOLDFAST_OIDC_ISSUER: 'https://login.example.com',
    HOLDFAST_OIDC_CLIENT_ID: 'holdfast',
    HOLDFAST_OIDC_CLIENT_SECRET: 's3cret-of-the-client',
  };

  it('is settled for proxies and an identity provider', () => {
    const config = read({ ...provider, HOLDFAST_TRUSTED_PROXIES: '10.0.0.5, 10.1.0.0/16 ::1' });
    expect(config.trustedProxies).toEqual(['10.0.0.5', '10.1.0.0/16', '::1']);
    expect(config.oidc?.redirectUri.href).toBe('https://backup.example.com/v1/oidc/callback');
    expect(config.oidc?.defaultRole).toBeUndefined();
    expect(JSON.stringify(config.oidc)).not.toContain('s3cret');
    expect(read({}).trustedProxies).toEqual([]);
    expect(read({}).oidc).toBeUndefined();
  });

  it.each([
    ['HOLDFAST_PUBLIC_URL', { HOLDFAST_PUBLIC_URL: 'backup.example.com' }],
    ['HOLDFAST_PUBLIC_URL', { HOLDFAST_PUBLIC_URL: 'https://example.com/backup' }],
    ['HOLDFAST_TRUSTED_PROXIES', { HOLDFAST_TRUSTED_PROXIES: 'proxy.example.com' }],
    ['HOLDFAST_TRUSTED_PROXIES', { HOLDFAST_TRUSTED_PROXIES: '10.0.0.0/33' }],
    ['HOLDFAST_TRUSTED_PROXIES', { HOLDFAST_TRUSTED_PROXIES: '0.0.0.0/0' }],
    ['HOLDFAST_OIDC_ISSUER', { ...provider, HOLDFAST_OIDC_ISSUER: 'http://login.example.com' }],
    ['HOLDFAST_OIDC_CLIENT_SECRET', { ...provider, HOLDFAST_OIDC_CLIENT_SECRET: '' }],
    ['HOLDFAST_OIDC_DEFAULT_ROLE', { ...provider, HOLDFAST_OIDC_DEFAULT_ROLE: 'boss' }],
    ['HOLDFAST_PUBLIC_URL', { ...provider, HOLDFAST_PUBLIC_URL: '' }],
  ])('stops the start over a wrong %s', (name, environment) => {
    expect(() => read(environment)).toThrow(new RegExp(`^${name} `));
  });
});
