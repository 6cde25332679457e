import type { Failure, OperationFilter, OperationState, Progress } from '@holdfast/contracts';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { serialised } from '../database/serialised.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import type { FinalState } from './operation.rules.ts';
import type { NewOperation, StoredOperation } from './operation.ts';
import { fromRow, toRow } from './operation-rows.ts';

export interface Settlement {
  readonly state: FinalState;
  readonly finishedAt: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: Failure;
  readonly progress?: Progress;
  /** It may have left something in its repository or source. */
  readonly cleanUp: boolean;
  /** A serving Holdfast is to begin it again. */
  readonly repeat?: boolean;
}

export interface Outcome {
  readonly day: string;
  readonly state: OperationState;
  readonly count: number;
}

export type OperationsStore = ReturnType<typeof createOperationsStore>;

/** Operations at rest. Every change of a running one names its fence: who lost the lease changes nothing. */
export function createOperationsStore(database: Database) {
  return {
    insert(
      operations: readonly { id: string; operation: NewOperation }[],
      createdAt: string,
    ): Promise<StoredOperation[]> {
      return this.insertTogether(async () => operations, createdAt);
    },

    /** `make` decides within the same transaction what to insert: both happen, or neither. */
    async insertTogether(
      make: (transaction: Transaction<Schema>) => Promise<readonly { id: string; operation: NewOperation }[]>,
      createdAt: string,
    ): Promise<StoredOperation[]> {
      return database.transaction().execute(async (transaction) => {
        const entries = await make(transaction);
        const rows = entries.map(({ id, operation }) => toRow(id, operation, createdAt));
        const inserted: StoredOperation[] = [];
        // One statement takes only so many variables.
        for (let first = 0; first < rows.length; first += 200) {
          const some = await transaction
            .insertInto('operations')
            .values(rows.slice(first, first + 200))
            .returningAll()
            .execute();
          inserted.push(...some.map(fromRow));
        }
        return inserted.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      });
    },

    /**
     * Takes the oldest queued operation that the budgets allow: at most `concurrency` parts at once, one per
     * source, on one repository either one exclusive or any number of shared ones, and nothing of others on a source
     * that a running operation holds for itself.
     */
    async claim(
      owner: string,
      options: { concurrency: number; startedAt: string },
    ): Promise<StoredOperation | undefined> {
      const next = database
        .selectFrom('operations as q')
        .select('q.id')
        .where('q.state', '=', 'queued')
        .where((e) =>
          e.or([
            e('q.slots', '=', 0),
            e(
              e
                .selectFrom('operations as r')
                .select((r) => r.fn.countAll<number>().as('n'))
                .where('r.state', '=', 'running')
                .where('r.slots', '>', 0),
              '<',
              options.concurrency,
            ),
          ]),
        )
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('operations as r')
                .select('r.id')
                .where('r.state', '=', 'running')
                .whereRef('r.source_id', '=', 'q.source_id'),
            ),
          ),
        )
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('operations as r')
                .select('r.id')
                .where('r.state', '=', 'running')
                .whereRef('r.repository_id', '=', 'q.repository_id')
                .where((u) =>
                  u.or([u('r.repository_use', '=', 'exclusive'), u('q.repository_use', '=', 'exclusive')]),
                ),
            ),
          ),
        )
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('operation_holds as h')
                .innerJoin('operations as r', 'r.id', 'h.operation_id')
                .leftJoin('repositories as d', 'd.source_id', 'h.source_id')
                .select('h.source_id')
                .where('r.state', '=', 'running')
                .where((u) => u.or([u('q.parent_id', 'is', null), u('q.parent_id', '!=', u.ref('r.id'))]))
                .where((u) =>
                  u.or([
                    u('h.source_id', '=', u.ref('q.source_id')),
                    u('d.id', '=', u.ref('q.repository_id')),
                  ]),
                ),
            ),
          ),
        )
        .orderBy('q.id')
        .limit(1);
      try {
        const row = await serialised(database, 'claim', (transaction) =>
          transaction
            .updateTable('operations')
            .set({
              state: 'running',
              owner,
              fence: sql`fence + 1`,
              heartbeat: 0,
              started_at: options.startedAt,
            })
            .where('id', '=', next)
            .where('state', '=', 'queued')
            .returningAll()
            .executeTakeFirst(),
        );
        return row === undefined ? undefined : fromRow(row);
      } catch (error) {
        // Two processes chose operations that exclude each other; the index let one of them pass.
        if (isUniqueViolation(error)) return undefined;
        throw error;
      }
    },

    /** Says that the owner lives. Returns what it still holds; what is missing there was taken from it. */
    async beat(owner: string): Promise<readonly { id: string; fence: number; cancelRequested: boolean }[]> {
      const rows = await database
        .updateTable('operations')
        .set({ heartbeat: sql`heartbeat + 1` })
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .returning(['id', 'fence', 'cancel_requested'])
        .execute();
      return rows.map((row) => ({
        id: row.id,
        fence: row.fence,
        cancelRequested: row.cancel_requested === 1,
      }));
    },

    /** Ends a running operation. False when the fence is old: somebody else has ended it. */
    async settle(id: string, fence: number, settlement: Settlement): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('operations')
        .set(settledColumns(settlement))
        .where('id', '=', id)
        .where('fence', '=', fence)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Ends an operation that never started. False when it has started meanwhile. */
    async settleQueued(id: string, settlement: Settlement): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('operations')
        .set(settledColumns(settlement))
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async requestCancel(id: string): Promise<void> {
      await database
        .updateTable('operations')
        .set({ cancel_requested: 1 })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute();
    },

    async saveProgress(id: string, fence: number, progress: Progress): Promise<void> {
      await database
        .updateTable('operations')
        .set({ progress: JSON.stringify(progress) })
        .where('id', '=', id)
        .where('fence', '=', fence)
        .where('state', '=', 'running')
        .execute();
    },

    async get(id: string): Promise<StoredOperation | undefined> {
      const row = await database.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },

    /** Ids that begin so, at most two: enough to tell one from many. */
    async idsByPrefix(prefix: string): Promise<string[]> {
      const rows = await database
        .selectFrom('operations')
        .select('id')
        .where('id', '>=', prefix)
        .where('id', '<', `${prefix}~`)
        .orderBy('id')
        .limit(2)
        .execute();
      return rows.map((row) => row.id);
    },

    /** Newest first; top-level ones only, unless a parent is named. */
    async list(filter: OperationFilter): Promise<StoredOperation[]> {
      let query = database.selectFrom('operations').selectAll().orderBy('id', 'desc').limit(filter.limit);
      query =
        filter.parentId === undefined
          ? query.where('parent_id', 'is', null)
          : query.where('parent_id', '=', filter.parentId);
      if (filter.planId !== undefined) query = query.where('plan_id', '=', filter.planId);
      if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      if (filter.cursor !== undefined) query = query.where('id', '<', filter.cursor);
      return (await query.execute()).map(fromRow);
    },

    /** How many ended how on each day (of UTC) from then on; parts of passes are not counted. */
    async outcomes(fromDay: string): Promise<Outcome[]> {
      const rows = await database
        .selectFrom('operations')
        .select((e) => [
          e.fn<string>('substr', ['finished_at', e.lit(1), e.lit(10)]).as('day'),
          'state',
          e.fn.countAll().as('count'),
        ])
        .where('parent_id', 'is', null)
        .where('finished_at', '>=', fromDay)
        .groupBy(['day', 'state'])
        .orderBy('day')
        .execute();
      return rows.map(({ day, state, count }) => ({ day, state, count: Number(count) }));
    },

    /** The newest id of all; undefined where there is none. */
    async newestId(): Promise<string | undefined> {
      const row = await database
        .selectFrom('operations')
        .select('id')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.id;
    },

    /** Those with these ids, and those that came after one. */
    async changedSince(ids: readonly string[], afterId: string, limit: number): Promise<StoredOperation[]> {
      const later = database
        .selectFrom('operations')
        .selectAll()
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit);
      const rows = await later.execute();
      if (ids.length > 0) {
        rows.push(...(await database.selectFrom('operations').selectAll().where('id', 'in', ids).execute()));
      }
      return rows.map(fromRow);
    },

    async parts(parentIds: readonly string[]): Promise<StoredOperation[]> {
      if (parentIds.length === 0) return [];
      const rows = await database
        .selectFrom('operations')
        .selectAll()
        .where('parent_id', 'in', parentIds)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    async unfinished(): Promise<StoredOperation[]> {
      const rows = await database
        .selectFrom('operations')
        .selectAll()
        .where('state', 'in', ['queued', 'running'])
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    /** Of passes that have not ended. */
    async unfinishedPlans(): Promise<string[]> {
      const rows = await database
        .selectFrom('operations')
        .select('plan_id')
        .distinct()
        .where('state', 'in', ['queued', 'running'])
        .where('slots', '=', 0)
        .where('plan_id', 'is not', null)
        .execute();
      return rows.flatMap(({ plan_id }) => plan_id ?? []);
    },

    async awaitingCleanUp(repositoryId?: string): Promise<StoredOperation[]> {
      let query = database.selectFrom('operations').selectAll().where('clean_up', '=', 'pending');
      if (repositoryId !== undefined) query = query.where('repository_id', '=', repositoryId);
      return (await query.orderBy('id').execute()).map(fromRow);
    },

    async awaitingRepeat(): Promise<StoredOperation[]> {
      const select = database.selectFrom('operations').selectAll().where('repeat', '=', 1);
      return (await select.orderBy('id').execute()).map(fromRow);
    },

    async repeated(id: string): Promise<void> {
      await database.updateTable('operations').set({ repeat: 0 }).where('id', '=', id).execute();
    },

    /** Keeps others from these sources and their repositories for as long as the operation runs. */
    async hold(operationId: string, sourceIds: readonly string[]): Promise<void> {
      const rows = sourceIds.map((source_id) => ({ operation_id: operationId, source_id }));
      if (rows.length === 0) return;
      // A claim that goes on at the same time either sees the hold, or is seen by whoever looks at what runs after this.
      await serialised(database, 'claim', (transaction) =>
        transaction
          .insertInto('operation_holds')
          .values(rows)
          .onConflict((c) => c.doNothing())
          .execute(),
      );
    },

    /** What runs on these sources or their repositories, the operation itself and its parts left out. */
    async runningOn(sourceIds: readonly string[], besides: string): Promise<string[]> {
      if (sourceIds.length === 0) return [];
      const rows = await database
        .selectFrom('operations as o')
        .leftJoin('repositories as d', 'd.id', 'o.repository_id')
        .select('o.id')
        .where('o.state', '=', 'running')
        .where('o.id', '!=', besides)
        .where((e) => e.or([e('o.parent_id', 'is', null), e('o.parent_id', '!=', besides)]))
        .where((e) => e.or([e('o.source_id', 'in', sourceIds), e('d.source_id', 'in', sourceIds)]))
        .execute();
      return rows.map(({ id }) => id);
    },

    async cleanedUp(id: string): Promise<void> {
      await database.updateTable('operations').set({ clean_up: 'none' }).where('id', '=', id).execute();
    },
  };
}

function settledColumns(settlement: Settlement) {
  return {
    state: settlement.state,
    finished_at: settlement.finishedAt,
    result: settlement.result === undefined ? null : JSON.stringify(settlement.result),
    error: settlement.error === undefined ? null : JSON.stringify(settlement.error),
    ...(settlement.progress === undefined ? {} : { progress: JSON.stringify(settlement.progress) }),
    clean_up: settlement.cleanUp ? ('pending' as const) : ('none' as const),
    repeat: settlement.repeat === true ? 1 : 0,
  };
}
