import type { Environment } from '@holdfast/contracts';
import type { Database } from '../database/database.ts';
import { guardOf } from './source-row.ts';

/** A source, as a list of environments tells of it. */
export type EnvironmentMember = Environment['members'][number];

/** All sources of these environments, also those that are gone, by name. Few columns of each: a list has a thousand. */
export async function readEnvironmentMembers(
  database: Database,
  environments: readonly string[],
): Promise<Map<string, EnvironmentMember[]>> {
  if (environments.length === 0) return new Map();
  const rows = await database
    .selectFrom('sources')
    .select(['environment', 'id', 'name', 'kind', 'present', 'protected'])
    .select(['last_success_at', 'last_verified_at', 'last_recovery_ms'])
    .where('environment', 'in', environments)
    .orderBy('name')
    .orderBy('id')
    .execute();
  const members = new Map<string, EnvironmentMember[]>(environments.map((name) => [name, []]));
  for (const row of rows) {
    members.get(row.environment)?.push({ id: row.id, name: row.name, kind: row.kind, ...guardOf(row) });
  }
  return members;
}
