import type { Database } from '../database/database.ts';

export type MetricsStore = ReturnType<typeof createMetricsStore>;
export type MetricFacts = Awaited<ReturnType<MetricsStore['read']>>;

/**
 * Reads the tables of other nouns, and writes none: one statement for each group of metrics, however many sources
 * there are. Sums may come as text, where the database's are larger than its integers.
 */
export function createMetricsStore(database: Database) {
  /** The newest of each source in each destination, and what is known of all of them together. */
  const snapshots = (since: string) =>
    database
      .selectFrom('snapshots as s')
      .innerJoin(
        (e) =>
          e
            .selectFrom('snapshots')
            .select((g) => [
              g.fn.max('arrival').as('newest'),
              g.fn.countAll<number | string>().as('snapshots'),
              g.fn
                .sum<number | string>(
                  g.case().when('created_at', '>=', since).then(g.ref('bytes_added')).else(g.lit(0)).end(),
                )
                .as('added_lately'),
            ])
            .groupBy(['source_id', 'destination_id'])
            .as('g'),
        (join) => join.onRef('g.newest', '=', 's.arrival'),
      )
      .select([
        's.source_id',
        's.destination_id',
        's.time',
        's.bytes',
        's.bytes_added',
        's.duration_ms',
        's.state',
        'g.snapshots',
        'g.added_lately',
      ])
      .execute();

  const sources = () =>
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
        'created_at',
        'last_attempt_at',
        'last_success_at',
        'last_verified_at',
        'last_recovery_ms',
      ])
      .execute();

  const repositories = () =>
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
      .where('initialised_at', 'is not', null)
      .execute();

  /** Without those that an operation took as a part of itself: a safety copy before a restore is no plan's point. */
  const completePoints = () =>
    database
      .selectFrom('recovery_points as p')
      .leftJoin('operations as o', 'o.id', 'p.operation_id')
      .select((e) => ['p.environment', e.fn.max('p.time').as('time')])
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

  /** The newest backup of each source in each state; ids sort by time. */
  const newestBackups = () =>
    database
      .selectFrom('operations')
      .select((e) => ['source_id', 'state', e.fn.max('id').as('id')])
      .where('kind', '=', 'backup')
      .where('slots', '=', 1)
      .where('state', 'in', ['succeeded', 'failed', 'interrupted'])
      .where('source_id', 'is not', null)
      .groupBy(['source_id', 'state'])
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
    /** @param since the instant from which on `added_lately` counts */
    async read(since: string) {
      return {
        sources: await sources(),
        snapshots: await snapshots(since),
        repositories: await repositories(),
        completePoints: await completePoints(),
        operations: await operations(),
        newestBackups: await newestBackups(),
        openAlerts: await openAlerts(),
        schedules: await schedules(),
      };
    },
  };
}
