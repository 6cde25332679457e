import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '@holdfast/contracts';
import type { ContainerDetails } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { CaptureContext, Rehearsal } from '../source.ts';
import { connectServer } from './connect.ts';
import { passwordVariables } from './credentials.ts';
import { postgresDetailsSchema } from './details.ts';
import type { PostgresLocator } from './locator.ts';
import { queryJson } from './psql.ts';
import { whatRuns } from './server-command.ts';

const defaultDataDirectory = '/var/lib/postgresql/data';
/** An empty cluster, and the write-ahead log that a load leaves before a checkpoint (`max_wal_size` is 1 GiB). */
const clusterBytes = 1280 * 1024 * 1024;
/** Indexes are built one after the other, with files of their own for sorting. */
const growth = 1.5;
const pollMs = 250;
const settledMs = 15_000;

/** A server of the source's own image and settings with an empty cluster, for a drill. */
export function rehearsePostgres(original: ContainerDetails, manifest: Manifest): Rehearsal<PostgresLocator> {
  const details = postgresDetailsSchema.safeParse(manifest.details).data;
  const bytes = details?.databases.reduce((sum, database) => sum + database.bytes, 0);
  const { dataPath, environment } = dataDirectoryOf(original);
  const command = withPreloadedLibraries(original, details?.preloadLibraries ?? '');
  return {
    dataPaths: [dataPath],
    ...(bytes === undefined ? {} : { expectedBytes: bytes * growth + clusterBytes }),
    environment: { ...environment, ...throwawayCredentials(original) },
    ...(command === undefined ? {} : { command }),
    // The labels of the original name a role that only the restore makes: here the image's conventions hold.
    locator: ({ id, name }) => ({ container: { id, name } }),
    ready: (container, context) => untilListening({ container }, context),
  };
}

/** Nobody gets near it from outside, so it asks for no password; the images want one all the same. */
function throwawayCredentials(original: ContainerDetails): Record<string, string> {
  const password = randomBytes(18).toString('base64url');
  const named = passwordVariables.filter((name) => original.environment.has(name));
  return {
    POSTGRES_HOST_AUTH_METHOD: 'trust',
    POSTGRES_PASSWORD: password,
    ...Object.fromEntries(named.map((name) => [name, password])),
    // Together with the other form the images refuse to start.
    ...Object.fromEntries(passwordVariables.map((name) => [`${name}_FILE`, ''])),
  };
}

/**
 * Where the cluster goes. A server that is not started as root may not change the mode of the folder that is
 * mounted for it, only that of one that it makes itself in there.
 */
function dataDirectoryOf({ environment, user }: ContainerDetails): {
  dataPath: string;
  environment: Record<string, string>;
} {
  const named = (environment.get('PGDATA') ?? environment.get('POSTGRESQL_DATA_DIR'))?.reveal();
  const dataPath = named !== undefined && path.isAbsolute(named) ? path.resolve(named) : defaultDataDirectory;
  const root = user === '' || /^(root|0)(:|$)/.test(user);
  return { dataPath, environment: root ? {} : { PGDATA: path.join(dataPath, 'drill') } };
}

/** Libraries that the original loads by a file of its cluster, which the throwaway has not. */
function withPreloadedLibraries(
  original: ContainerDetails,
  libraries: string,
): readonly string[] | undefined {
  const { command } = original;
  const said = command.some(
    (word) => word.includes('shared_preload_libraries') || word.includes('config_file'),
  );
  const shell = command.some((word) => /(^|\/)(ba|da|a)?sh$/.test(word));
  if (libraries === '' || said || shell || command.length < 2 || whatRuns(original) !== 'server')
    return undefined;
  return [...command, '-c', `shared_preload_libraries=${libraries}`];
}

const serverSchema = z.object({ started: z.string(), listens: z.boolean() });
const serverSql = `SELECT json_build_object(
  'started', pg_postmaster_start_time(), 'listens', current_setting('listen_addresses') <> '')`;

/**
 * The image's entry point makes the cluster usable with a passing server, which listens on no address. One that is
 * meant to listen on none is believed when it has been the same for a while.
 */
async function untilListening(locator: PostgresLocator, context: CaptureContext): Promise<void> {
  let seen: { readonly started: string; readonly since: number } | undefined;
  for (;;) {
    context.signal.throwIfAborted();
    try {
      const { server } = await connectServer(locator, context);
      const { started, listens } = await queryJson(
        server,
        server.maintenanceDatabase,
        serverSql,
        serverSchema,
        { signal: context.signal, timeoutMs: 30_000 },
      );
      if (listens) return;
      if (seen?.started !== started) seen = { started, since: performance.now() };
      if (performance.now() - seen.since > settledMs) return;
    } catch (error) {
      const { code } = asHoldfastError(error);
      if (code === 'container-not-found' || code === 'container-command-missing') throw error;
    }
    await sleep(pollMs, undefined, { signal: context.signal }).catch(() => context.signal.throwIfAborted());
  }
}
