import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseEnv } from 'node:util';
import type { RetentionPolicy } from '@holdfast/contracts';
import { type DataPathPolicy, dataPaths } from '@holdfast/docker';
import { Secret } from '@holdfast/runtime';
import { type Consistency, consistencies } from '@holdfast/sources';
import type { DrillLimits } from '@holdfast/worker';
import { oidcSettings, publicUrl, trustedProxies } from './access-settings.ts';
import { type Environment, invalidSetting, SettingsReader } from './config-values.ts';
import { dataDirectoryFiles } from './data-directory/files.ts';
import { resolveDataDirectory } from './data-directory/resolve.ts';
import type { DatabasePlace } from './database/place.ts';
import { isPostgresUrl } from './database/postgres-url.ts';
import type { HeartbeatSettings } from './heartbeat/heartbeat.ts';
import { type LogLevel, logLevels } from './logs/log.ts';
import { readSelfBackupSettings, type SelfBackupSettings } from './self-backups/self-backups.settings.ts';
import type { OidcSettings } from './sign-in/oidc.service.ts';

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
  /** Where people reach it: for links, and for what browsers are told. */
  readonly publicUrl?: URL;
  /** Addresses and networks of proxies whose word about where a request came from is taken. */
  readonly trustedProxies: readonly string[];
  /** Sign-in by an identity provider. */
  readonly oidc?: OidcSettings;
  /** 32 bytes. Absent: the one in the data directory's .env is used, or made. */
  readonly masterKey?: Buffer;
  /** Where the state is. */
  readonly database: DatabasePlace;
  /** Where it comes from: `data-directory` is the one place where Holdfast may change it. */
  readonly masterKeyFrom: 'data-directory' | 'setting';
  /** The master key before this one, while the vault may still be closed with it. */
  readonly previousMasterKey?: Buffer;
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
  readonly destinationProbes: { readonly intervalMs: number; readonly freePercent: number };
  /** Absent: nobody outside is told. */
  readonly heartbeat?: HeartbeatSettings;
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
  /** Where configuration documents may take secrets from. */
  readonly secretPlaces: SecretPlaces;
}

export interface SecretPlaces {
  /** What a variable of this process or of its .env holds; absent where it is not set. */
  variable(name: string): Secret | undefined;
  /** Folders with files that are there to be taken. */
  readonly folders: readonly string[];
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
  const dotEnv = readDotEnv(dataDirectory);
  const read = new SettingsReader({ ...dotEnv, ...withoutEmpty(environment) }, (file) =>
    readFileSync(file, 'utf8'),
  );
  const reachedAt = publicUrl(read);
  const s3 = s3Settings(read);
  return {
    dataDirectory,
    host: overrides.host ?? read.text('HOLDFAST_HOST') ?? '127.0.0.1',
    port: overrides.port ?? read.integer('HOLDFAST_PORT', { minimum: 0, maximum: 65_535, default: 7420 }),
    database: databasePlace(read, dataDirectory),
    masterKey: read.key('HOLDFAST_MASTER_KEY'),
    masterKeyFrom: isMasterKeyOurs(environment, dotEnv) ? 'data-directory' : 'setting',
    previousMasterKey: read.key('HOLDFAST_MASTER_KEY_PREVIOUS'),
    publicUrl: reachedAt,
    trustedProxies: trustedProxies(read),
    oidc: oidcSettings(read, reachedAt),
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
    destinationProbes: {
      intervalMs:
        60_000 * read.integer('HOLDFAST_PROBE_MINUTES', { minimum: 1, maximum: 10_080, default: 60 }),
      freePercent: read.integer('HOLDFAST_FREE_SPACE_PERCENT', { minimum: 0, maximum: 99, default: 10 }),
    },
    heartbeat: heartbeat(read),
    lockWaitMs: seconds(read, 'HOLDFAST_LOCK_WAIT_SECONDS', 600),
    storageWaitMs: seconds(read, 'HOLDFAST_STORAGE_WAIT_SECONDS', 120),
    restic: read.text('HOLDFAST_RESTIC'),
    dockerHost: read.text('DOCKER_HOST'),
    logs: logSettings(read),
    metricsAccess: read.choice('HOLDFAST_METRICS_ACCESS', ['viewer', 'open'], 'viewer'),
    helperImage: read.text('HOLDFAST_HELPER_IMAGE'),
    secretPlaces: {
      variable: (name) => {
        const held = read.text(name);
        return held === undefined ? undefined : new Secret(held);
      },
      folders: [dataDirectoryFiles(dataDirectory).secrets, '/run/secrets'],
    },
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

/** An empty variable counts as not set: it does not hide what the data directory's .env says either. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''));
}

/** Whether the master key stands in the data directory's .env itself, or is about to be made there. */
function isMasterKeyOurs(environment: Environment, dotEnv: Environment): boolean {
  const isSet = (value: string | undefined) => value !== undefined && value.trim() !== '';
  if (isSet(environment['HOLDFAST_MASTER_KEY'])) return false;
  if (isSet(dotEnv['HOLDFAST_MASTER_KEY'])) return true;
  return !isSet(environment['HOLDFAST_MASTER_KEY_FILE']) && !isSet(dotEnv['HOLDFAST_MASTER_KEY_FILE']);
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

function heartbeat(read: SettingsReader): HeartbeatSettings | undefined {
  const minutes = read.integer('HOLDFAST_HEARTBEAT_MINUTES', { minimum: 0, maximum: 10_080, default: 5 });
  const url = read.secret('HOLDFAST_HEARTBEAT_URL');
  if (url === undefined) return undefined;
  if (!/^https?:\/\/[^@]+$/.test(url.reveal()) || !URL.canParse(url.reveal())) {
    throw invalidSetting(
      'HOLDFAST_HEARTBEAT_URL',
      '[redacted]',
      'an address that begins with https:// or http://',
    );
  }
  return minutes === 0 ? { url } : { url, intervalMs: minutes * 60_000 };
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
