import type { Insertable } from 'kysely';
import { uuidv7 } from 'uuidv7';
import type { Database } from '../../database/database.ts';
import type { OperationsTable, SourcesTable } from '../../database/schema.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

export async function addDestination(database: Database, name: string): Promise<void> {
  await database
    .insertInto('destinations')
    .values({
      id: name,
      name,
      kind: 'local',
      settings: '{}',
      is_default: 1,
      from_environment: 0,
      created_at: longAgo,
      last_probe: null,
    })
    .execute();
}

/** A source with this id and name, present and protected, in the environment `shop`. */
export async function addSource(
  database: Database,
  id: string,
  columns: Partial<Insertable<SourcesTable>> = {},
): Promise<void> {
  await database
    .insertInto('sources')
    .values({
      id,
      name: id,
      kind: 'memory',
      server: 'local',
      environment: 'shop',
      declared: 0,
      locator: '{}',
      present: 1,
      protected: 1,
      created_at: longAgo,
      ...columns,
    })
    .execute();
}

export interface MadeBackup {
  readonly time: string;
  readonly bytes?: number;
  readonly bytesAdded?: number;
  readonly durationMs?: number;
  readonly state?: 'good' | 'suspicious';
}

/** A snapshot of a source in the destination `store`, and its repository. */
export async function addBackupOf(database: Database, sourceId: string, made: MadeBackup): Promise<void> {
  const { time, bytes = 1, bytesAdded = 1, durationMs = 1, state = 'good' } = made;
  await database
    .insertInto('repositories')
    .values({
      id: sourceId,
      source_id: sourceId,
      destination_id: 'store',
      path: sourceId,
      created_at: time,
      initialised_at: time,
      last_check_at: null,
      last_check_error: null,
      last_prune_at: null,
      stored_bytes: 0,
      measured_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await database
    .updateTable('repositories')
    .set((e) => ({ stored_bytes: e('stored_bytes', '+', bytesAdded) }))
    .where('id', '=', sourceId)
    .execute();
  await database
    .insertInto('snapshots')
    .values((e) => ({
      id: uuidv7(),
      arrival: e
        .selectFrom('snapshots')
        .select((s) => s(s.fn.coalesce(s.fn.max('arrival'), s.lit(0)), '+', 1).as('next')),
      source_id: sourceId,
      source_name: sourceId,
      kind: 'memory',
      container: null,
      destination_id: 'store',
      repository_id: sourceId,
      operation_id: 'none',
      time,
      created_at: time,
      bytes,
      bytes_added: bytesAdded,
      duration_ms: durationMs,
      state,
      manifest_restic_id: 'none',
      counts: '{}',
      proof: null,
    }))
    .execute();
}

/** Operations in the order of their ids. */
export async function addOperations(
  database: Database,
  operations: readonly (Pick<OperationsTable, 'kind' | 'state' | 'source_id'> & { slots: number })[],
): Promise<void> {
  for (const operation of operations) {
    await database
      .insertInto('operations')
      .values({
        id: uuidv7(),
        attempt: 1,
        params: '{}',
        fence: 0,
        heartbeat: 0,
        cancel_requested: 0,
        clean_up: 'none',
        repeat: 0,
        created_at: longAgo,
        ...operation,
      })
      .execute();
  }
}
