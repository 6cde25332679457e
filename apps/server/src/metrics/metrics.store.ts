import { setImmediate } from 'node:timers/promises';
import type { ExpressionBuilder } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';

export type MetricsStore = ReturnType<typeof createMetricsStore>;
export type SourceFacts =
  ReturnType<MetricsStore['sources']> extends AsyncGenerator<readonly (infer S)[]> ? S : never;
export type PlaceFacts = Awaited<ReturnType<MetricsStore['places']>>;
export type TotalFacts = Awaited<ReturnType<MetricsStore['totals']>>;

/** Whole environments that are read together; between them others have their turn. */
const environmentsAtOnce = 10;
/** Sources whose snapshots one statement looks up: an environment may be large. */
const sourcesAtOnce = 100;
/** Environments whose recovery points are read together. */
const pointsAtOnce = 50;
const longestBackupMs = 2 * 86_400_000;

/**
 * Reads the tables of other nouns, and writes none. What grows with the sources is read some at a time, by look-ups in
 * indexes: neither memory nor the event loop is held by how many there are, nor by how long their history is. Sums may
 * come as text, where the database's are larger than its integers.
 */
export function createMetricsStore(database: Database) {
  /** The newest backup of a source that ended so; ids sort by time. */
  const newestBackup = (
    e: ExpressionBuilder<Schema, 'sources'>,
    state: 'succeeded' | 'failed' | 'interrupted',
  ) =>
    e
      .selectFrom('operations as o')
      .select((o) => o.fn.max('o.id').as('id'))
      .where('o.kind', '=', 'backup')
      .where('o.slots', '=', 1)
      .where('o.state', '=', state)
      .whereRef('o.source_id', '=', 'sources.id')
      .as(`newest_${state}`);

  const sourcesOf = (environments: readonly string[]) =>
    database
      .selectFrom('sources')
      .select([
        'id',
        'name',
        'kind',
        'environment',
        'declared',
        'present',
        'protected',
        'plan_labels',
        'created_at',
        'last_attempt_at',
        'last_success_at',
        'last_verified_at',
        'last_recovery_ms',
      ])
      .select((e) => [
        newestBackup(e, 'succeeded'),
        newestBackup(e, 'failed'),
        newestBackup(e, 'interrupted'),
      ])
      .where('environment', 'in', environments)
      .execute();

  const environmentsOf = async (
    table: 'sources' | 'recovery_points',
    query: { readonly after?: string; readonly limit: number },
  ): Promise<string[]> => {
    let select = database
      .selectFrom(table)
      .select('environment')
      .distinct()
      .orderBy('environment')
      .limit(query.limit);
    if (query.after !== undefined) select = select.where('environment', '>', query.after);
    return (await select.execute()).map(({ environment }) => environment);
  };

  async function* environments(table: 'sources' | 'recovery_points', limit: number) {
    for (let after: string | undefined; ; ) {
      const names = await environmentsOf(table, { after, limit });
      if (names.length > 0) yield names;
      if (names.length < limit) return;
      after = names.at(-1);
      await setImmediate();
    }
  }

  /** The newest of each of these sources in each destination, and what is known of all of them together. */
  const snapshots = (sourceIds: readonly string[], since: string) =>
    database
      .selectFrom('repositories as r')
      .innerJoin('snapshots as s', (join) =>
        join.on((e) =>
          e(
            's.arrival',
            '=',
            e
              .selectFrom('snapshots as n')
              .select('n.arrival')
              .whereRef('n.source_id', '=', 'r.source_id')
              .whereRef('n.destination_id', '=', 'r.destination_id')
              .orderBy('n.arrival', 'desc')
              .limit(1),
          ),
        ),
      )
      .select((e) => [
        's.source_id',
        's.destination_id',
        's.time',
        's.bytes',
        's.bytes_added',
        's.duration_ms',
        's.state',
        e
          .selectFrom('snapshots as c')
          .select((c) => c.fn.countAll<number | string>().as('snapshots'))
          .whereRef('c.source_id', '=', 'r.source_id')
          .whereRef('c.destination_id', '=', 'r.destination_id')
          .as('snapshots'),
        e
          .selectFrom('snapshots as l')
          .select((l) => l.fn.sum<number | string>('l.bytes_added').as('added'))
          .whereRef('l.source_id', '=', 'r.source_id')
          .whereRef('l.destination_id', '=', 'r.destination_id')
          // No backup takes longer; the index is by the time of what a snapshot shows, not of its arrival.
          .where('l.time', '>=', new Date(Date.parse(since) - longestBackupMs).toISOString())
          .where('l.created_at', '>=', since)
          .as('added_lately'),
      ])
      .where('r.source_id', 'in', sourceIds)
      .execute();

  const repositories = (sourceIds: readonly string[]) =>
    database
      .selectFrom('repositories')
      .select([
        'source_id',
        'destination_id',
        'stored_bytes',
        'measured_at',
        'last_check_at',
        'last_check_error',
        'last_prune_at',
      ])
      .where('source_id', 'in', sourceIds)
      .where('initialised_at', 'is not', null)
      .execute();

  /** Without those that an operation took as a part of itself: a safety copy before a restore is no plan's point. */
  const completePoints = (of: readonly string[]) =>
    database
      .selectFrom('recovery_points as p')
      .leftJoin('operations as o', 'o.id', 'p.operation_id')
      .select((e) => ['p.environment', e.fn.max('p.time').as('time')])
      .where('p.environment', 'in', of)
      .where('p.state', '=', 'complete')
      .where('o.parent_id', 'is', null)
      .groupBy('p.environment')
      .execute();

  const operations = () =>
    database
      .selectFrom('operations')
      .select((e) => ['kind', 'slots', 'state', e.fn.countAll<number | string>().as('count')])
      .groupBy(['kind', 'slots', 'state'])
      .execute();

  const openAlerts = () =>
    database
      .selectFrom('alerts')
      .select((e) => ['code', e.fn.countAll<number | string>().as('count')])
      .where('resolved_at', 'is', null)
      .groupBy('code')
      .execute();

  const schedules = () => database.selectFrom('schedules').selectAll().execute();

  return {
    /** All sources, by whole environments. */
    async *sources() {
      for await (const names of environments('sources', environmentsAtOnce)) yield await sourcesOf(names);
    },

    /** What is stored of these sources. @param since the instant from which on `added_lately` counts */
    async places(sourceIds: readonly string[], since: string) {
      const newest: Awaited<ReturnType<typeof snapshots>>[number][] = [];
      const stores: Awaited<ReturnType<typeof repositories>>[number][] = [];
      for (let first = 0; first < sourceIds.length; first += sourcesAtOnce) {
        if (first > 0) await setImmediate();
        const some = sourceIds.slice(first, first + sourcesAtOnce);
        newest.push(...(await snapshots(some, since)));
        stores.push(...(await repositories(some)));
      }
      return { snapshots: newest, repositories: stores };
    },

    /** What is of no one source. */
    async totals() {
      const points: Awaited<ReturnType<typeof completePoints>>[number][] = [];
      for await (const names of environments('recovery_points', pointsAtOnce)) {
        points.push(...(await completePoints(names)));
      }
      await setImmediate();
      const counted = await operations();
      await setImmediate();
      return {
        completePoints: points,
        operations: counted,
        openAlerts: await openAlerts(),
        schedules: await schedules(),
      };
    },
  };
}
