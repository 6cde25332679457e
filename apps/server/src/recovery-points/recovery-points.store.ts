import { HoldfastError } from '@holdfast/runtime';
import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { RecoveryPointMembersTable, RecoveryPointsTable } from '../database/schema.ts';
import { serialised } from '../database/serialised.ts';
import type { PointMember, StoredRecoveryPoint } from './recovery-point.ts';

export interface RecoveryPointQuery {
  readonly environment?: string;
  readonly destinationId?: string;
  readonly operationId?: string;
  readonly since?: string;
  readonly before?: string;
  /** Only what comes after the point with this arrival, in the order of the list. */
  readonly beforeArrival?: number;
  readonly limit?: number;
  /** Without those that another operation took as a part of itself. */
  readonly withoutSafety?: boolean;
}

export type RecoveryPointsStore = ReturnType<typeof createRecoveryPointsStore>;

export function createRecoveryPointsStore(database: Database) {
  async function withMembers(
    rows: readonly Selectable<RecoveryPointsTable>[],
  ): Promise<StoredRecoveryPoint[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const members = await database
      .selectFrom('recovery_point_members as m')
      .leftJoin('snapshots as s', 's.id', 'm.snapshot_id')
      .selectAll('m')
      .select((e) => e('s.proof', 'is not', null).as('proven'))
      .where('m.recovery_point_id', 'in', ids)
      .orderBy('m.position')
      .execute();
    const byPoint = Map.groupBy(members, (member) => member.recovery_point_id);
    return rows.map((row) => fromRow(row, byPoint.get(row.id) ?? []));
  }

  return {
    /** Whether any of these snapshots belongs to a point: none belongs to two. */
    async hold(snapshotIds: readonly string[]): Promise<boolean> {
      if (snapshotIds.length === 0) return false;
      const row = await database
        .selectFrom('recovery_point_members')
        .select('snapshot_id')
        .where('snapshot_id', 'in', snapshotIds)
        .executeTakeFirst();
      return row !== undefined;
    },

    async insert(point: Omit<StoredRecoveryPoint, 'arrival'>, createdAt: string): Promise<void> {
      const { id, environment, time, state } = point;
      await serialised(database, 'arrival', async (transaction) => {
        await transaction
          .insertInto('recovery_points')
          .values((e) => ({
            id,
            arrival: e
              .selectFrom('recovery_points')
              .select((p) => p(p.fn.coalesce(p.fn.max('arrival'), p.lit(0)), '+', 1).as('next')),
            environment,
            time,
            state,
            destination_id: point.destinationId,
            operation_id: point.operationId,
            created_at: createdAt,
          }))
          .execute();
        await transaction
          .insertInto('recovery_point_members')
          .values([
            ...point.members.map((member, position) => toRow(id, position, 'member', member)),
            toRow(id, point.members.length, 'definition', point.definition),
          ])
          .execute();
      });
    },

    /** Newest first. */
    async list(query: RecoveryPointQuery): Promise<StoredRecoveryPoint[]> {
      let select = database.selectFrom('recovery_points').selectAll().orderBy('arrival', 'desc');
      if (query.environment !== undefined) select = select.where('environment', '=', query.environment);
      if (query.destinationId !== undefined) {
        select = select.where('destination_id', '=', query.destinationId);
      }
      if (query.operationId !== undefined) select = select.where('operation_id', '=', query.operationId);
      if (query.since !== undefined) select = select.where('time', '>=', query.since);
      if (query.before !== undefined) select = select.where('time', '<', query.before);
      if (query.beforeArrival !== undefined) select = select.where('arrival', '<', query.beforeArrival);
      if (query.withoutSafety === true) {
        select = select.where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('operations as o')
                .select('o.id')
                .whereRef('o.id', '=', 'recovery_points.operation_id')
                .where('o.parent_id', 'is not', null),
            ),
          ),
        );
      }
      if (query.limit !== undefined) select = select.limit(query.limit);
      return withMembers(await select.execute());
    },

    /** Of whose points a source is a member. */
    async environmentsWith(sourceId: string): Promise<string[]> {
      const rows = await database
        .selectFrom('snapshots as s')
        .innerJoin('recovery_point_members as m', 'm.snapshot_id', 's.id')
        .innerJoin('recovery_points as p', 'p.id', 'm.recovery_point_id')
        .select('p.environment')
        .distinct()
        .where('s.source_id', '=', sourceId)
        .execute();
      return rows.map(({ environment }) => environment);
    },

    /** The ids of those that belong to points of an environment and are good. */
    async goodSnapshots(environment: string): Promise<Set<string>> {
      const rows = await database
        .selectFrom('recovery_points as p')
        .innerJoin('recovery_point_members as m', 'm.recovery_point_id', 'p.id')
        .innerJoin('snapshots as s', 's.id', 'm.snapshot_id')
        .select('s.id')
        .where('p.environment', '=', environment)
        .where('s.state', '=', 'good')
        .execute();
      return new Set(rows.map(({ id }) => id));
    },

    /** Two at most. */
    async byPrefix(prefix: string, environment?: string): Promise<StoredRecoveryPoint[]> {
      let select = database
        .selectFrom('recovery_points')
        .selectAll()
        .where('id', '>=', prefix)
        .where('id', '<', `${prefix}~`)
        .orderBy('id')
        .limit(2);
      if (environment !== undefined) select = select.where('environment', '=', environment);
      return withMembers(await select.execute());
    },

    /** Removes those of which no snapshot of a member is left. */
    async removeEmpty(): Promise<void> {
      await database
        .deleteFrom('recovery_points')
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('recovery_point_members as m')
                .select('m.position')
                .whereRef('m.recovery_point_id', '=', 'recovery_points.id')
                .where('m.role', '=', 'member')
                .where('m.snapshot_id', 'is not', null),
            ),
          ),
        )
        .execute();
    },
  };
}

function toRow(
  pointId: string,
  position: number,
  role: 'member' | 'definition',
  member: PointMember,
): RecoveryPointMembersTable {
  return {
    recovery_point_id: pointId,
    position,
    role,
    source_id: member.sourceId,
    source_name: member.sourceName,
    kind: member.kind,
    snapshot_id: member.snapshotId ?? null,
    error: member.error ?? null,
  };
}

function fromRow(row: Selectable<RecoveryPointsTable>, rows: readonly MemberRow[]): StoredRecoveryPoint {
  const definition = rows.find(({ role }) => role === 'definition');
  if (definition === undefined) throw new HoldfastError('internal', `The point ${row.id} has no definition.`);
  return {
    id: row.id,
    arrival: row.arrival,
    environment: row.environment,
    destinationId: row.destination_id,
    operationId: row.operation_id,
    time: row.time,
    state: row.state,
    members: rows.filter(({ role }) => role === 'member').map(toMember),
    definition: toMember(definition),
  };
}

/** SQLite says true with a number. */
type MemberRow = Selectable<RecoveryPointMembersTable> & { readonly proven: unknown };

function toMember(row: MemberRow): PointMember {
  return {
    sourceId: row.source_id,
    sourceName: row.source_name,
    kind: row.kind,
    snapshotId: row.snapshot_id ?? undefined,
    error: row.error ?? undefined,
    proven: Boolean(row.proven),
  };
}
