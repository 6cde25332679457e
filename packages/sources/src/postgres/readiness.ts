import { z } from 'zod';
import { isTemporaryName } from '../container/temporary-name.ts';
import { untilServerReady } from '../container/until-ready.ts';
import type { CaptureContext, TargetState } from '../source.ts';
import { connectServer } from './connect.ts';
import { nameOfLocator, type PostgresLocator } from './locator.ts';
import { queryJson } from './psql.ts';
import { readTarget } from './target.ts';

const serverSchema = z.object({ started: z.string(), listens: z.boolean(), recovering: z.boolean() });

/** The images' entry points make an empty data folder usable with a passing server, which listens on no address. */
const serverSql = `SELECT json_build_object(
  'started', pg_postmaster_start_time(),
  'listens', current_setting('listen_addresses') <> '',
  'recovering', pg_is_in_recovery())`;

/** Waits until the server takes orders and is not the passing one of its image's first start. */
export async function untilPostgresReady(locator: PostgresLocator, context: CaptureContext): Promise<void> {
  await untilServerReady(nameOfLocator(locator), context, async () => {
    const { server } = await connectServer(locator, context);
    const { started, listens, recovering } = await queryJson(
      server,
      server.maintenanceDatabase,
      serverSql,
      serverSchema,
      { signal: context.signal },
    );
    return (listens && !recovering) || started;
  });
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
