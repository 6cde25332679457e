import { type FileStoreProvider, fileStoreProviders } from '@holdfast/destinations';
import type { Secret } from '@holdfast/runtime';
import { invalidSetting, type SettingsReader } from '../config-values.ts';
import { dataDirectoryFiles } from '../data-directory/files.ts';
import { prefixProblem } from './prefix.rules.ts';

export interface SelfBackupSettings {
  /** Absent: none is made by itself. */
  readonly cron?: string;
  readonly provider: FileStoreProvider;
  /** As the file store of that provider takes them. */
  readonly storage: Readonly<Record<string, unknown>>;
  /** Folders inside the storage; may hold `${iso_date()}`. */
  readonly prefix: string;
  /** 32 bytes. Absent: the one in the data directory's .env is used, or made. */
  readonly key?: Buffer;
}

interface S3Default {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: Secret;
  readonly secretKey: Secret;
  readonly region?: string;
  readonly prefix?: string;
}

const storage = 'HOLDFAST_SNAPSHOTS_STORAGE_';

/**
 * When, where to and with which key Holdfast backs itself up.
 * @throws HoldfastError `setting-invalid` naming the variable
 */
export function readSelfBackupSettings(
  read: SettingsReader,
  { s3, dataDirectory }: { s3?: S3Default; dataDirectory: string },
): SelfBackupSettings {
  const named = read.text(`${storage}PROVIDER`);
  const provider = read.choice(`${storage}PROVIDER`, fileStoreProviders, s3 === undefined ? 'local' : 's3');
  const prefixName = 'HOLDFAST_SNAPSHOTS_DB_PREFIX';
  const prefix = read.text(prefixName) ?? (provider === 'local' ? '' : 'self-backups');
  const problem = prefixProblem(prefix);
  if (problem !== undefined) throw invalidSetting(prefixName, prefix, problem);
  const settings = {
    s3: () => (named === undefined && s3 !== undefined ? defaultS3(s3) : s3Storage(read, s3)),
    azure: () => azureStorage(read),
    local: () => ({ path: localPath(read, dataDirectory) }),
  }[provider]();
  return {
    cron: read.cronOrOff('HOLDFAST_SNAPSHOTS_CRON_SCHEDULE', '30 1 * * *'),
    provider,
    storage: settings,
    prefix,
    key: read.key('HOLDFAST_SNAPSHOTS_ENCRYPTION_KEY') ?? read.key('HOLDFAST_BACKUP_ENCRYPTION_KEY'),
  };
}

function localPath(read: SettingsReader, dataDirectory: string): string {
  const name = `${storage}PATH`;
  const path = read.text(name) ?? `${dataDirectoryFiles(dataDirectory).destinations}/self`;
  if (!path.startsWith('/')) throw invalidSetting(name, path, 'an absolute path');
  return path;
}

/** The bucket of the default destination, under its prefix. */
function defaultS3({ endpoint, bucket, accessKey, secretKey, region, prefix }: S3Default) {
  return {
    endpoint,
    bucket,
    accessKeyId: accessKey.reveal(),
    secretAccessKey: secretKey,
    ...(region === undefined ? {} : { region }),
    ...(prefix === undefined ? {} : { prefix }),
  };
}

/** Each setting from its own variable; where none of them is set, those of the default destination. */
function s3Storage(read: SettingsReader, s3: S3Default | undefined) {
  const names = ['ENDPOINT', 'BUCKET', 'ACCESS_KEY', 'SECRET_KEY'] as const;
  const own = {
    ENDPOINT: read.text(`${storage}ENDPOINT`),
    BUCKET: read.text(`${storage}BUCKET`),
    ACCESS_KEY: read.secret(`${storage}ACCESS_KEY`)?.reveal(),
    SECRET_KEY: read.secret(`${storage}SECRET_KEY`),
  };
  if (s3 !== undefined && names.every((name) => own[name] === undefined)) return defaultS3(s3);
  const { ENDPOINT, BUCKET, ACCESS_KEY, SECRET_KEY } = own;
  assertGiven(own, 's3');
  const region = read.text(`${storage}REGION`);
  return {
    ...(ENDPOINT === undefined ? {} : { endpoint: ENDPOINT }),
    bucket: BUCKET,
    accessKeyId: ACCESS_KEY,
    secretAccessKey: SECRET_KEY,
    ...(region === undefined ? {} : { region }),
  };
}

function azureStorage(read: SettingsReader) {
  const connectionString = read.secret(`${storage}CONNECTION_STRING`);
  const container = read.text(`${storage}CONTAINER`);
  if (connectionString !== undefined) {
    assertGiven({ CONTAINER: container }, 'azure');
    return { container, connectionString };
  }
  const account = read.text(`${storage}ACCOUNT`);
  const key = read.secret(`${storage}KEY`);
  const endpoint = read.text(`${storage}ENDPOINT`);
  assertGiven({ ACCOUNT: account, CONTAINER: container, KEY: key }, 'azure');
  return { account, container, key, ...(endpoint === undefined ? {} : { endpoint }) };
}

function assertGiven(values: Readonly<Record<string, unknown>>, provider: FileStoreProvider): void {
  const missing = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 0) return;
  throw invalidSetting(
    missing.map((name) => storage + name).join(', '),
    undefined,
    `a value where ${storage}PROVIDER is ${provider}`,
  );
}
