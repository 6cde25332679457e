import { HoldfastError } from '@holdfast/runtime';
import type { SourceKind } from '../source.ts';
import { capturePostgres } from './capture.ts';
import { cleanUpPostgres } from './clean-up.ts';
import { detectPostgres } from './detect.ts';
import { type PostgresLocator, postgresLocatorSchema } from './locator.ts';

/** A PostgreSQL server in a container, with all of its databases. */
export const postgresSource: SourceKind<PostgresLocator> = {
  kind: 'postgres',
  traits: { discoverable: true, counts: 'rows', restoreBeside: true, restoreInPlace: true },
  locator: postgresLocatorSchema,
  detect: detectPostgres,
  capture: capturePostgres,
  restore: () => Promise.reject(new HoldfastError('internal', 'Restoring PostgreSQL is not built yet.')),
  cleanUp: cleanUpPostgres,
};
