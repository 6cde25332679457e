import { type Proof, proofSchema } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { SnapshotPartsTable, SnapshotsTable } from '../database/schema.ts';
import { serialised } from '../database/serialised.ts';
import type { StoredSnapshot } from './snapshot.ts';
import { countArrival, countRemoval } from './snapshot-days.ts';

export interface SnapshotQuery {
  readonly ids?: readonly string[];
  readonly sourceId?: string;
  readonly destinationId?: string;
  readonly limit?: number;
  readonly since?: string;
  readonly before?: string;
  /** Only what comes after the snapshot with this arrival, in the order of the list. */
  readonly beforeArrival?: number;
}

/** What arrived on one day of UTC, as YYYY-MM-DD. */
export interface SnapshotArrivals {
  readonly day: string;
  readonly snapshots: number;
  readonly bytes: number;
  readonly bytesAdded: number;
}

export type SnapshotsStore = ReturnType<typeof createSnapshotsStore>;

export function createSnapshotsStore(database: Database) {
  async function withParts(rows: readonly Selectable<SnapshotsTable>[]): Promise<StoredSnapshot[]> {
    if (rows.length === 0) return [];
    const parts = await database
      .selectFrom('snapshot_parts')
      .selectAll()
      .where(
        'snapshot_id',
        'in',
        rows.map((row) => row.id),
      )
      .orderBy('position')
      .execute();
    const bySnapshot = Map.groupBy(parts, (part) => part.snapshot_id);
    return rows.map((row) => fromRow(row, bySnapshot.get(row.id) ?? []));
  }

  return {
    async insert(snapshot: Omit<StoredSnapshot, 'arrival'>, createdAt: string): Promise<void> {
      await serialised(database, 'arrival', async (transaction) => {
        await transaction
          .insertInto('snapshots')
          .values((e) => ({
            id: snapshot.id,
            arrival: e
              .selectFrom('snapshots')
              .select((s) => s(s.fn.coalesce(s.fn.max('arrival'), s.lit(0)), '+', 1).as('next')),
            source_id: snapshot.sourceId,
            source_name: snapshot.sourceName,
            kind: snapshot.kind,
            container: snapshot.container ?? null,
            destination_id: snapshot.destinationId,
            repository_id: snapshot.repositoryId,
            operation_id: snapshot.operationId,
            time: snapshot.time,
            created_at: createdAt,
            bytes: snapshot.bytes,
            bytes_added: snapshot.bytesAdded,
            duration_ms: snapshot.durationMs,
            state: snapshot.state,
            manifest_restic_id: snapshot.manifestResticId,
            counts: JSON.stringify(snapshot.counts),
            proof: snapshot.proof === undefined ? null : JSON.stringify(snapshot.proof),
          }))
          .execute();
        const parts = snapshot.parts.map((part, position) => ({
          snapshot_id: snapshot.id,
          position,
          path: part.path,
          restic_id: part.resticId,
          bytes: part.bytes,
        }));
        if (parts.length > 0) await transaction.insertInto('snapshot_parts').values(parts).execute();
        await countArrival(transaction, snapshot, createdAt);
      });
    },

    /** Newest arrival first. */
    async list(query: SnapshotQuery): Promise<StoredSnapshot[]> {
      let select = database.selectFrom('snapshots').selectAll().orderBy('arrival', 'desc');
      if (query.sourceId !== undefined) select = select.where('source_id', '=', query.sourceId);
      if (query.ids !== undefined) select = select.where('id', 'in', query.ids);
      if (query.destinationId !== undefined)
        select = select.where('destination_id', '=', query.destinationId);
      if (query.since !== undefined) select = select.where('time', '>=', query.since);
      if (query.before !== undefined) select = select.where('time', '<', query.before);
      if (query.beforeArrival !== undefined) select = select.where('arrival', '<', query.beforeArrival);
      if (query.limit !== undefined) select = select.limit(query.limit);
      return withParts(await select.execute());
    },

    /** By the beginning of its id, or of the id of one of its restic snapshots; two at most. */
    async byPrefix(prefix: string, sourceId?: string): Promise<StoredSnapshot[]> {
      const end = `${prefix}~`;
      let select = database
        .selectFrom('snapshots')
        .selectAll()
        .where((e) =>
          e.or([
            e.and([e('id', '>=', prefix), e('id', '<', end)]),
            e.and([e('manifest_restic_id', '>=', prefix), e('manifest_restic_id', '<', end)]),
            e(
              'id',
              'in',
              e
                .selectFrom('snapshot_parts')
                .select('snapshot_id')
                .where('restic_id', '>=', prefix)
                .where('restic_id', '<', end),
            ),
          ]),
        )
        .orderBy('arrival')
        .limit(2);
      if (sourceId !== undefined) select = select.where('source_id', '=', sourceId);
      return withParts(await select.execute());
    },

    /** The newest of each of these sources in a destination that show the state of an instant or later, by source. */
    async takenSince(
      sourceIds: readonly string[],
      destinationId: string,
      since: string,
    ): Promise<Map<string, string>> {
      const taken = new Map<string, string>();
      for (let first = 0; first < sourceIds.length; first += 500) {
        const rows = await database
          .selectFrom('snapshots')
          .select(['id', 'source_id'])
          .where('source_id', 'in', sourceIds.slice(first, first + 500))
          .where('destination_id', '=', destinationId)
          .where('time', '>=', since)
          .orderBy('arrival')
          .execute();
        for (const row of rows) taken.set(row.source_id, row.id);
      }
      return taken;
    },

    /** When the newest state of each of these sources in each destination was taken: one look-up for each place. */
    async newestTimes(
      sourceIds: readonly string[],
    ): Promise<{ sourceId: string; destinationId: string; time: string }[]> {
      const found: { sourceId: string; destinationId: string; time: string }[] = [];
      for (let first = 0; first < sourceIds.length; first += 500) {
        const rows = await database
          .selectFrom('repositories as r')
          .select((e) => [
            'r.source_id',
            'r.destination_id',
            e
              .selectFrom('snapshots as s')
              .select((n) => n.fn.max('s.time').as('time'))
              .whereRef('s.source_id', '=', 'r.source_id')
              .whereRef('s.destination_id', '=', 'r.destination_id')
              .as('newest'),
          ])
          .where('r.source_id', 'in', sourceIds.slice(first, first + 500))
          .execute();
        for (const { source_id: sourceId, destination_id: destinationId, newest } of rows) {
          if (newest !== null) found.push({ sourceId, destinationId, time: newest });
        }
      }
      return found;
    },

    async confirm(id: string): Promise<void> {
      await database.updateTable('snapshots').set({ state: 'good' }).where('id', '=', id).execute();
    },

    async prove(id: string, proof: Proof): Promise<void> {
      await database
        .updateTable('snapshots')
        .set({ proof: JSON.stringify(proof) })
        .where('id', '=', id)
        .execute();
    },

    async remove(ids: readonly string[]): Promise<void> {
      if (ids.length === 0) return;
      await database.transaction().execute(async (transaction) => {
        const gone = await transaction
          .deleteFrom('snapshots')
          .where('id', 'in', ids)
          .returning(['destination_id', 'created_at', 'bytes_added'])
          .execute();
        for (const snapshot of gone) await countRemoval(transaction, snapshot);
      });
    },

    async countByDestination(): Promise<Map<string, { snapshots: number; bytesAdded: number }>> {
      const rows = await database
        .selectFrom('snapshot_days')
        .select((e) => [
          'destination_id',
          e.fn.sum('kept').as('snapshots'),
          e.fn.sum('kept_bytes_added').as('bytesAdded'),
        ])
        .groupBy('destination_id')
        .execute();
      return new Map(
        rows.map((row) => [
          row.destination_id,
          { snapshots: Number(row.snapshots), bytesAdded: Number(row.bytesAdded) },
        ]),
      );
    },

    /** What arrived on each day from then on, in all destinations; days without are left out. */
    async arrivals(fromDay: string): Promise<SnapshotArrivals[]> {
      const rows = await database
        .selectFrom('snapshot_days')
        .select((e) => [
          'day',
          e.fn.sum('snapshots').as('snapshots'),
          e.fn.sum('bytes').as('bytes'),
          e.fn.sum('bytes_added').as('bytesAdded'),
        ])
        .where('day', '>=', fromDay)
        .groupBy('day')
        .orderBy('day')
        .execute();
      return rows.map(({ day, snapshots, bytes, bytesAdded }) => ({
        day,
        snapshots: Number(snapshots),
        bytes: Number(bytes),
        bytesAdded: Number(bytesAdded),
      }));
    },
  };
}

function fromRow(
  row: Selectable<SnapshotsTable>,
  parts: readonly Selectable<SnapshotPartsTable>[],
): StoredSnapshot {
  return {
    id: row.id,
    arrival: row.arrival,
    sourceId: row.source_id,
    sourceName: row.source_name,
    kind: row.kind,
    container: row.container ?? undefined,
    destinationId: row.destination_id,
    repositoryId: row.repository_id,
    operationId: row.operation_id,
    time: row.time,
    bytes: row.bytes,
    bytesAdded: row.bytes_added,
    durationMs: row.duration_ms,
    state: row.state,
    manifestResticId: row.manifest_restic_id,
    parts: parts.map((part) => ({ path: part.path, resticId: part.restic_id, bytes: part.bytes })),
    counts: z.record(z.string(), z.number()).parse(JSON.parse(row.counts)),
    proof: row.proof === null ? undefined : proofSchema.parse(JSON.parse(row.proof)),
  };
}
