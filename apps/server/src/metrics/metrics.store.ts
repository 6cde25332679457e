import { setImmediate } from 'node:timers/promises';
import type { Database } from '../database/database.ts';

export type MetricsStore = ReturnType<typeof createMetricsStore>;
export type MetricFacts = Awaited<ReturnType<MetricsStore['read']>>;

/** Sources, between which others have their turn. */
const atOnce = 200;
const longestBackupMs = 2 * 86_400_000;

/**
 * Reads the tables of other nouns, and writes none: one statement for each group of metrics, and for each so many
 * sources where their snapshots are looked up. Sums may come as text, where the database's are larger than its integers.
 */
export function createMetricsStore(database: Database) {
  /**
   * The newest of each of these sources in each destination, and what is known of all of them together. Each place is
   * looked up in the indexes: a long history is not read for it.
   */
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

  async function allSnapshots(sourceIds: readonly string[], since: string) {
    const all: Awaited<ReturnType<typeof snapshots>>[number][] = [];
    for (let first = 0; first < sourceIds.length; first += atOnce) {
      all.push(...(await snapshots(sourceIds.slice(first, first + atOnce), since)));
      await setImmediate();
    }
    return all;
  }

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
      const known = await sources();
      return {
        sources: known,
        snapshots: await allSnapshots(
          known.map(({ id }) => id),
          since,
        ),
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
