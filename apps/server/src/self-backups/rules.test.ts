import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { backupKey, keyBeginning, prefixProblem, timeOfBackup } from './prefix.rules.ts';
import { daysKept, expired } from './retention.rules.ts';

const now = new Date('2026-11-27T23:59:58.500Z');

describe('the prefix', () => {
  it.each([
    ['', 'holdfast-backup-20261127-235958.hfbackup', ''],
    ['a/b/', 'a/b/holdfast-backup-20261127-235958.hfbackup', 'a/b/'],
    ['a/${iso_date()}', 'a/2026-11-27/holdfast-backup-20261127-235958.hfbackup', 'a/'],
    ['db-${iso_date()}-x', 'db-2026-11-27-x/holdfast-backup-20261127-235958.hfbackup', 'db-'],
  ])('%j', (prefix, key, beginning) => {
    expect(prefixProblem(prefix)).toBeUndefined();
    expect(backupKey(prefix, now)).toBe(key);
    expect(keyBeginning(prefix)).toBe(beginning);
    expect(timeOfBackup(key)?.toISOString()).toBe('2026-11-27T23:59:58.000Z');
  });

  it.each(['${date}', '${iso_date}', 'a/../b', 'a//b', './a', '${iso_date()', 'a\nb'])(
    '%j is refused',
    (prefix) => {
      expect(prefixProblem(prefix)).toBeDefined();
    },
  );
});

describe('retention', () => {
  it('keeps the last backup of each of the newest days, and never nothing', () => {
    const day = (back: number, hour: number) => ({
      time: new Date(Date.UTC(2026, 10, 27 - back, hour)).toISOString(),
    });
    const many = Array.from({ length: daysKept + 2 }, (_, index) => [day(index, 1), day(index, 13)]).flat();
    const gone = expired(many).map(({ time }) => time);
    expect(many.length - gone.length).toBe(daysKept);
    expect(gone).not.toContain(day(0, 13).time);
    expect(gone).toContain(day(0, 1).time);
    expect(gone).toContain(day(daysKept, 13).time);
    expect(expired([{ time: '2001-01-01T00:00:00.000Z' }])).toEqual([]);
  });
});

describe('the settings', () => {
  const load = async (environment: Record<string, string>) =>
    loadConfig({ environment, overrides: { dataDirectory: await temporaryFolder() } }).selfBackups;
  const s3 = {
    HOLDFAST_S3_ENDPOINT: 'http://127.0.0.1:1',
    HOLDFAST_S3_BUCKET: 'shared',
    HOLDFAST_S3_ACCESS_KEY: 'id',
    HOLDFAST_S3_SECRET_KEY: 'default-secret',
  };
  const name = (variable: string) => `HOLDFAST_SNAPSHOTS_${variable}`;

  it('are a folder of the data directory, else the default S3, else what is named', async () => {
    expect(await load({})).toMatchObject({ provider: 'local', cron: '30 1 * * *', prefix: '' });
    expect(await load(s3)).toMatchObject({ provider: 's3', storage: { bucket: 'shared' } });
    const own = {
      ...s3,
      [name('STORAGE_PROVIDER')]: 'azure',
      [name('STORAGE_ACCOUNT')]: 'account',
      [name('STORAGE_CONTAINER')]: 'container',
      [name('STORAGE_KEY')]: 'key',
      [name('CRON_SCHEDULE')]: 'off',
      [name('ENCRYPTION_KEY')]: 'ef'.repeat(32),
      HOLDFAST_BACKUP_ENCRYPTION_KEY: 'ab'.repeat(32),
    };
    const settings = await load(own);
    expect(settings).toMatchObject({ provider: 'azure', storage: { container: 'container' } });
    expect(settings.cron).toBeUndefined();
    expect(settings.key?.toString('hex')).toBe('ef'.repeat(32));
    expect(JSON.stringify(settings.storage)).not.toContain('"key":"key"');
  });

  it.each([
    ['STORAGE_PROVIDER', 'ftp'],
    ['CRON_SCHEDULE', 'daily'],
    ['DB_PREFIX', 'a/${date()}'],
    ['ENCRYPTION_KEY', 'short'],
    ['STORAGE_PATH', 'relative'],
  ])('%s=%s stops the start with its name', async (variable, value) => {
    await expect(load({ [name(variable)]: value })).rejects.toMatchObject({
      code: 'setting-invalid',
      message: expect.stringContaining(name(variable)),
    });
  });

  it('names what a provider lacks', async () => {
    await expect(load({ [name('STORAGE_PROVIDER')]: 's3' })).rejects.toThrow(/STORAGE_BUCKET/);
    await expect(load({ [name('STORAGE_PROVIDER')]: 'azure' })).rejects.toThrow(/STORAGE_CONTAINER/);
  });
});
