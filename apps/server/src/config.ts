import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseEnv } from 'node:util';
import type { RetentionPolicy } from '@holdfast/contracts';
import { type DataPathPolicy, dataPaths } from '@holdfast/docker';
import type { Secret } from '@holdfast/runtime';
import { type Consistency, consistencies } from '@holdfast/sources';
import type { DrillLimits } from '@holdfast/worker';
import { type Environment, invalidSetting, SettingsReader } from './config-values.ts';
import { dataDirectoryFiles } from './data-directory/files.ts';
import { resolveDataDirectory } from './data-directory/resolve.ts';
import type { DatabasePlace } from './database/place.ts';
import { isPostgresUrl } from './database/postgres-url.ts';
import { type LogLevel, logLevels } from './logs/log.ts';
import { readSelfBackupSettings, type SelfBackupSettings } from './self-backups/self-backups.settings.ts';

export interface S3Settings {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: Secret;
  readonly secretKey: Secret;
  readonly region?: string;
  readonly prefix?: string;
}

export interface Config {
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  /** 32 bytes. Absent: the one in the data directory's .env is used, or made. */
  readonly masterKey?: Buffer;
  /** Where the state is. */
  readonly database: DatabasePlace;
  /** Makes S3 the default destination; without it that is a folder in the data directory. */
  readonly s3?: S3Settings;
  readonly discovery: { readonly names: readonly string[]; readonly include: readonly string[] };
  readonly dataPath: DataPathPolicy;
  /** What happens to containers while their files are read, where no label says otherwise. */
  readonly volumeConsistency: Consistency;
  /** Operations at the same time, over all repositories. */
  readonly concurrency: number;
  readonly retention: RetentionPolicy;
  readonly backupCron: string;
  readonly pruneCron: string;
  /** Absent: drills are made only when a person asks for them. */
  readonly drillSchedule?: string;
  readonly drillLimits: DrillLimits;
  readonly timeZone: string;
  readonly selfBackups: SelfBackupSettings;
  /** How long to wait for a repository that somebody else holds locked. */
  readonly lockWaitMs: number;
  /** How long storage may refuse to answer before the work that needs it fails. */
  readonly storageWaitMs: number;
  /** The restic to use, instead of searching for one. */
  readonly restic?: string;
  readonly dockerHost?: string;
  /** Format absent: text on a terminal, else JSON. */
  readonly logs: { readonly format?: 'json' | 'text'; readonly level: LogLevel };
  /** Who may read `/metrics`: whoever has a token of this role, or anybody who reaches the port. */
  readonly metricsAccess: 'viewer' | 'open';
  /** Holdfast's own image, for helper containers where this process runs in none. */
  readonly helperImage?: string;
}

/** What the command line says; it wins over variables. */
export interface ConfigOverrides {
  readonly dataDirectory?: string;
  readonly host?: string;
  readonly port?: number;
}

export interface ConfigInput {
  readonly environment?: Environment;
  readonly overrides?: ConfigOverrides;
  readonly userId?: number;
}

/**
 * The settings of this start: command line over environment over the data directory's .env over defaults.
 * @throws HoldfastError `setting-invalid` naming the variable, what it held (secrets apart), what it accepts
 */
export function loadConfig(input: ConfigInput = {}): Config {
  const { environment = process.env, overrides = {} } = input;
  const dataDirectory = resolveDataDirectory(input);
  const read = new SettingsReader({ ...readDotEnv(dataDirectory), ...environment }, (file) =>
    readFileSync(file, 'utf8'),
  );
  const s3 = s3Settings(read);
  return {
    dataDirectory,
    host: overrides.host ?? read.text('HOLDFAST_HOST') ?? '127.0.0.1',
    port: overrides.port ?? read.integer('HOLDFAST_PORT', { minimum: 0, maximum: 65_535, default: 7420 }),
    masterKey: read.key('HOLDFAST_MASTER_KEY'),
    database: databasePlace(read, dataDirectory),
    s3,
    selfBackups: readSelfBackupSettings(read, { s3, dataDirectory }),
    discovery: {
      names: read.list('HOLDFAST_DISCOVERY_NAMES'),
      include: read.list('HOLDFAST_DISCOVERY_INCLUDE'),
    },
    dataPath: read.choice('HOLDFAST_DATA_PATH', ['auto', ...dataPaths], 'auto'),
    volumeConsistency: read.choice('HOLDFAST_VOLUME_CONSISTENCY', consistencies, 'live'),
    concurrency: read.integer('HOLDFAST_CONCURRENCY', {
      minimum: 1,
      maximum: 64,
      default: Math.max(2, availableParallelism()),
    }),
    retention: {
      recentHours: read.integer('HOLDFAST_RETENTION_RECENT_HOURS', {
        minimum: 0,
        maximum: 10_000,
        default: 24,
      }),
      daily: read.integer('HOLDFAST_RETENTION_DAILY', { minimum: 0, maximum: 10_000, default: 30 }),
      weekly: read.integer('HOLDFAST_RETENTION_WEEKLY', { minimum: 0, maximum: 10_000, default: 4 }),
      monthly: read.integer('HOLDFAST_RETENTION_MONTHLY', { minimum: 0, maximum: 10_000, default: 6 }),
    },
    backupCron: read.cron('HOLDFAST_BACKUP_CRON', '0 2 * * *'),
    pruneCron: read.cron('HOLDFAST_PRUNE_CRON', '30 4 * * 0'),
    drillSchedule: read.cronOrOff('HOLDFAST_DRILL_SCHEDULE', '0 5 1 * *'),
    drillLimits: {
      memoryBytes:
        mebibyte *
        read.integer('HOLDFAST_DRILL_MEMORY_MIB', { minimum: 64, maximum: 1_048_576, default: 1024 }),
      cpus: read.integer('HOLDFAST_DRILL_CPUS', {
        minimum: 1,
        maximum: 1024,
        default: Math.max(1, Math.floor(availableParallelism() / 2)),
      }),
      timeMs: 60_000 * read.integer('HOLDFAST_DRILL_MINUTES', { minimum: 1, maximum: 10_080, default: 240 }),
    },
    timeZone: read.timeZone('HOLDFAST_TIME_ZONE', read.text('TZ') ?? systemTimeZone()),
    lockWaitMs: seconds(read, 'HOLDFAST_LOCK_WAIT_SECONDS', 600),
    storageWaitMs: seconds(read, 'HOLDFAST_STORAGE_WAIT_SECONDS', 120),
    restic: read.text('HOLDFAST_RESTIC'),
    dockerHost: read.text('DOCKER_HOST'),
    logs: logSettings(read),
    metricsAccess: read.choice('HOLDFAST_METRICS_ACCESS', ['viewer', 'open'], 'viewer'),
    helperImage: read.text('HOLDFAST_HELPER_IMAGE'),
  };
}

function logSettings(read: SettingsReader): Config['logs'] {
  const format = read.choice('HOLDFAST_LOG_FORMAT', ['auto', 'json', 'text'], 'auto');
  const level = read.choice('HOLDFAST_LOG_LEVEL', logLevels, 'info');
  return { level, ...(format === 'auto' ? {} : { format }) };
}

const mebibyte = 1024 * 1024;

/** In milliseconds. */
function seconds(read: SettingsReader, name: string, fallback: number): number {
  return 1000 * read.integer(name, { minimum: 1, maximum: 86_400, default: fallback });
}

function systemTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function readDotEnv(dataDirectory: string): Environment {
  const file = dataDirectoryFiles(dataDirectory).dotEnv;
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** A file in the data directory, or a PostgreSQL server. The URL is never quoted back: it has a password in it. */
function databasePlace(read: SettingsReader, dataDirectory: string): DatabasePlace {
  const url = read.secret('HOLDFAST_DATABASE_URL');
  if (url === undefined) return { kind: 'sqlite', file: dataDirectoryFiles(dataDirectory).database };
  if (!isPostgresUrl(url)) {
    throw invalidSetting(
      'HOLDFAST_DATABASE_URL',
      '[redacted]',
      'postgres://user:password@host:5432/database, special characters of the password as %XX',
    );
  }
  const connections = read.integer('HOLDFAST_DATABASE_CONNECTIONS', { minimum: 2, maximum: 100, default: 5 });
  return { kind: 'postgres', url, connections };
}

function s3Settings(read: SettingsReader): S3Settings | undefined {
  const endpoint = read.text('HOLDFAST_S3_ENDPOINT');
  const bucket = read.text('HOLDFAST_S3_BUCKET');
  const accessKey = read.secret('HOLDFAST_S3_ACCESS_KEY');
  const secretKey = read.secret('HOLDFAST_S3_SECRET_KEY');
  const required = { ENDPOINT: endpoint, BUCKET: bucket, ACCESS_KEY: accessKey, SECRET_KEY: secretKey };
  const missing = Object.entries(required).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === Object.keys(required).length) return undefined;
  if (endpoint === undefined || bucket === undefined || accessKey === undefined || secretKey === undefined) {
    throw invalidSetting(
      missing.map((name) => `HOLDFAST_S3_${name}`).join(', '),
      undefined,
      'a value whenever another HOLDFAST_S3_* variable is set',
    );
  }
  return {
    endpoint,
    bucket,
    accessKey,
    secretKey,
    region: read.text('HOLDFAST_S3_REGION'),
    prefix: read.text('HOLDFAST_S3_PREFIX'),
  };
}
