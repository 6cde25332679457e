import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { type PostgresServer, queryJson } from './psql.ts';

const serverFactsSchema = z.object({
  /** `server_version_num`: 170005 for 17.5. */
  version: z.int(),
  versionText: z.string(),
  superuser: z.boolean(),
  /** `shared_preload_libraries`; empty where this role may not know it. */
  preloadLibraries: z.string(),
});
export type ServerFacts = z.infer<typeof serverFactsSchema>;

const factsQuery = `SELECT jsonb_build_object(
  'version', current_setting('server_version_num')::int,
  'versionText', current_setting('server_version'),
  'superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
  'preloadLibraries', coalesce((SELECT setting FROM pg_settings WHERE name = 'shared_preload_libraries'), ''))`;

/**
 * Tries hosts and databases in order.
 *
 * @throws HoldfastError `credentials-rejected` when any way was refused, else `dump-failed` with the words of the first
 */
export async function firstThatLetsIn(
  base: Omit<PostgresServer, 'host' | 'maintenanceDatabase'>,
  ways: { readonly hosts: readonly string[]; readonly databases: readonly string[] },
  signal: AbortSignal,
): Promise<{ server: PostgresServer; facts: ServerFacts }> {
  const failures: HoldfastError[] = [];
  for (const host of ways.hosts) {
    for (const maintenanceDatabase of ways.databases) {
      const server = { ...base, host, maintenanceDatabase };
      try {
        const facts = await queryJson(server, maintenanceDatabase, factsQuery, serverFactsSchema, {
          signal,
          timeoutMs: 60_000,
        });
        return { server, facts };
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        if (error.code !== 'credentials-rejected' && error.code !== 'dump-failed') throw error;
        failures.push(error);
        // Another database of the same server only helps where this one is what was wrong.
        if (!/database ".*" does not exist|permission denied for database/s.test(error.message)) break;
      }
    }
  }
  // Being refused says more than not finding the socket or port.
  const rejected = failures.find((failure) => failure.code === 'credentials-rejected');
  throw rejected ?? failures[0] ?? new HoldfastError('dump-failed', 'No way to connect was tried.');
}
