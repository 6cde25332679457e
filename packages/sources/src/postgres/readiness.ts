import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { CaptureContext, TargetState } from '../source.ts';
import { connectServer } from './connect.ts';
import type { PostgresLocator } from './locator.ts';
import { queryJson } from './psql.ts';
import { isTemporaryName } from './restore-names.ts';
import { readTarget } from './target.ts';

const pollMs = 250;
/** A server that really listens on its socket only is believed after having been the same one for this long. */
const settledMs = 15_000;

/** Errors that a start brings with it; all others say that waiting will not help. */
const passing = new Set([
  'dump-failed',
  'container-lost',
  'credentials-rejected',
  'credentials-missing',
  'timed-out',
]);

const serverSchema = z.object({ started: z.string(), listens: z.boolean(), recovering: z.boolean() });

/** The images' entry points make an empty data folder usable with a passing server, which listens on no address. */
const serverSql = `SELECT json_build_object(
  'started', pg_postmaster_start_time(),
  'listens', current_setting('listen_addresses') <> '',
  'recovering', pg_is_in_recovery())`;

/**
 * Waits until the server takes orders and is not the passing one of its image's first start.
 * @throws HoldfastError `container-not-running` when it ended; the last failure when the signal's time was over
 */
export async function untilPostgresReady(locator: PostgresLocator, context: CaptureContext): Promise<void> {
  let last: HoldfastError | undefined;
  let seen: { readonly started: string; readonly since: number } | undefined;
  while (!context.signal.aborted) {
    try {
      const { server } = await connectServer(locator, context);
      const { started, listens, recovering } = await queryJson(
        server,
        server.maintenanceDatabase,
        serverSql,
        serverSchema,
        { signal: context.signal },
      );
      if (listens && !recovering) return;
      if (seen?.started !== started) seen = { started, since: performance.now() };
      if (performance.now() - seen.since > settledMs) return;
    } catch (error) {
      const failure = asHoldfastError(error);
      if (context.signal.aborted) break;
      if (!passing.has(failure.code)) throw failure;
      last = failure;
    }
    await sleep(pollMs, undefined, { signal: context.signal }).catch(() => {});
  }
  const why = last === undefined ? '' : ` ${last.message}`;
  throw new HoldfastError(
    'container-unhealthy',
    `The PostgreSQL server of ${locator.container.name} was not ready in time.${why}`,
    { cause: last },
  );
}

/** The databases and their sizes, and the version of the server. */
export async function examinePostgres(
  locator: PostgresLocator,
  context: CaptureContext,
): Promise<TargetState> {
  const { server, versionText } = await connectServer(locator, context);
  const { databases } = await readTarget(server, { signal: context.signal });
  return {
    holds: databases
      .filter(({ name, isTemplate }) => !isTemplate && !isTemporaryName(name))
      .map(({ name, bytes }) => ({ name, bytes })),
    versions: { postgresql: versionText },
  };
}
