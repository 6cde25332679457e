import type { Database } from '../database/database.ts';
import { containing } from './containing.ts';

/** What is summed up of the sources of one environment. */
export interface EnvironmentSums {
  readonly name: string;
  readonly sources: number;
  readonly protected: number;
  readonly unprotected: number;
  /** Of the protected ones. */
  readonly backedUp: number;
  readonly oldestSuccess?: string;
  readonly newestProof?: string;
  readonly recoveryMs?: number;
}

export interface EnvironmentQuery {
  readonly name?: string;
  readonly search?: string;
  readonly after?: string;
  readonly limit?: number;
}

/** By name; those of which nothing is there any more are left out. */
export async function readEnvironmentSums(
  database: Database,
  query: EnvironmentQuery,
): Promise<EnvironmentSums[]> {
  let select = database
    .selectFrom('sources')
    .select((e) => [
      'environment',
      e.fn.countAll().as('sources'),
      e.fn.sum('protected').as('protected'),
      e.fn.sum(e.case().when('protected', '=', 0).then(e.ref('wanted')).else(0).end()).as('unprotected'),
      e.fn
        .sum(e.case().when('last_success_at', 'is', null).then(0).else(e.ref('protected')).end())
        .as('backedUp'),
      e.fn.min(e.case().when('protected', '=', 1).then(e.ref('last_success_at')).end()).as('oldestSuccess'),
      e.fn.max('last_verified_at').as('newestProof'),
      e.fn.sum('last_recovery_ms').as('recoveryMs'),
    ])
    .where('present', '=', 1)
    .groupBy('environment')
    .orderBy('environment');
  if (query.name !== undefined) select = select.where('environment', '=', query.name);
  if (query.search !== undefined) select = select.where(containing('environment', query.search));
  if (query.after !== undefined) select = select.where('environment', '>', query.after);
  if (query.limit !== undefined) select = select.limit(query.limit);
  return (await select.execute()).map((row) => ({
    name: row.environment,
    sources: Number(row.sources),
    protected: Number(row.protected),
    unprotected: Number(row.unprotected),
    backedUp: Number(row.backedUp),
    oldestSuccess: row.oldestSuccess ?? undefined,
    newestProof: row.newestProof ?? undefined,
    recoveryMs: row.recoveryMs === null ? undefined : Number(row.recoveryMs),
  }));
}
