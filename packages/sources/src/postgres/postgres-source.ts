import type { SourceKind } from '../source.ts';
import { capturePostgres } from './capture.ts';
import { cleanUpPostgres } from './clean-up.ts';
import { connectServer } from './connect.ts';
import { detectPostgres } from './detect.ts';
import { networkServerSchema, type PostgresLocator, postgresLocatorSchema } from './locator.ts';
import { examinePostgres, untilPostgresReady } from './readiness.ts';
import { rehearsePostgres } from './rehearsal.ts';
import { restoreServer } from './restore.ts';
import { revertPostgres } from './revert.ts';

/** A PostgreSQL server in a container, or declared by its address, with all of its databases. */
export const postgresSource: SourceKind<PostgresLocator> = {
  kind: 'postgres',
  traits: {
    discoverable: true,
    counts: 'rows',
    restoreBeside: true,
    restoreInPlace: true,
    restorePaths: false,
  },
  locator: postgresLocatorSchema,
  declaration: {
    settings: networkServerSchema.transform((network): PostgresLocator => ({ network })),
    settingsOf: (locator) => ('network' in locator ? locator.network : {}),
    secrets: ['password'],
  },
  drill: { into: 'container', rehearse: rehearsePostgres },
  detect: detectPostgres,
  capture: capturePostgres,
  async restore(locator, request, context) {
    return await restoreServer(await connectServer(locator, context), request, context);
  },
  revert: revertPostgres,
  untilReady: untilPostgresReady,
  examine: examinePostgres,
  cleanUp: cleanUpPostgres,
};
