import { PassThrough } from 'node:stream';
import type { PostgresContainer } from '@holdfast/sources/testing';
import { until } from './until.ts';

export interface HeldDump extends AsyncDisposable {
  /** Resolves once pg_dump has sent the rows of the tables and stands before the sequence. */
  readonly reached: () => Promise<void>;
  /** Lets pg_dump go on. */
  readonly release: () => Promise<void>;
}

/** Makes what `holdDump` needs: a sequence, whose value pg_dump reads after the rows of all tables. */
export const heldSequence = 'CREATE SEQUENCE held';

/**
 * Stops every pg_dump of a database in the middle of its stream, for as long as the test wants: a session keeps the
 * sequence `held` locked, which pg_dump reads without having locked it before.
 */
export async function holdDump(postgres: PostgresContainer, database: string): Promise<HeldDump> {
  const input = new PassThrough();
  const session = postgres.exec({
    command: ['psql', '-X', '-q', '-w', '-d', database],
    environment: { PGUSER: 'postgres', PGAPPNAME: 'holder' },
    input: { readable: input },
  });
  // A database that is killed takes the session with it.
  session.catch(() => {});
  input.write('BEGIN; ALTER SEQUENCE held RENAME TO held_by_test;\n');
  const waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'held'::regclass";
  const held =
    "SELECT count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation = 'held'::regclass";
  await until('the sequence is locked', async () => (await postgres.sql(held, database)) === '1');
  const release = async () => {
    input.end();
    await session.catch(() => {});
  };
  return {
    reached: async () => {
      await until(
        'pg_dump reaches the sequence',
        async () => (await postgres.sql(waiting, database)) === '1',
      );
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}
