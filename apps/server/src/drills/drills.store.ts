import { type DrillRecord, failureSchema } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { DrillsTable } from '../database/schema.ts';

export type DrillsStore = ReturnType<typeof createDrillsStore>;

export function createDrillsStore(database: Database) {
  return {
    async insert(drill: DrillRecord): Promise<void> {
      await database
        .insertInto('drills')
        .values({
          id: drill.id,
          operation_id: drill.operationId,
          source_id: drill.sourceId,
          source_name: drill.source,
          snapshot_id: drill.snapshotId,
          snapshot_time: drill.snapshotTime,
          finished_at: drill.time,
          ok: drill.ok ? 1 : 0,
          compared: JSON.stringify(drill.compared),
          hashes: drill.hashes,
          duration_ms: drill.durationMs,
          error: drill.error === undefined ? null : JSON.stringify(drill.error),
        })
        .execute();
    },

    /** Newest first. */
    async list(query: { readonly sourceId?: string; readonly limit: number }): Promise<DrillRecord[]> {
      let select = database
        .selectFrom('drills')
        .selectAll()
        .orderBy('finished_at', 'desc')
        .orderBy('id', 'desc');
      if (query.sourceId !== undefined) select = select.where('source_id', '=', query.sourceId);
      return (await select.limit(query.limit).execute()).map(fromRow);
    },
  };
}

function fromRow(row: Selectable<DrillsTable>): DrillRecord {
  return {
    id: row.id,
    operationId: row.operation_id,
    sourceId: row.source_id,
    source: row.source_name,
    snapshotId: row.snapshot_id,
    snapshotTime: row.snapshot_time,
    time: row.finished_at,
    ok: row.ok === 1,
    compared: z.record(z.string(), z.number()).parse(JSON.parse(row.compared)),
    hashes: row.hashes,
    durationMs: row.duration_ms,
    error: row.error === null ? undefined : failureSchema.parse(JSON.parse(row.error)),
  };
}
