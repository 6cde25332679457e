import type { Database } from '../database/database.ts';
import { teamKeySecretNames } from '../keys/team-keys.service.ts';

/**
 * Makes the restored state agree with the present vault about the team key (decision 17). The present key stays, and
 * with it what repositories that exist now say of their keys. On a fresh installation, whose key nobody has used or
 * typed, the key of the backup is the one that counts: it is missing from the vault, and is entered again.
 * @returns the names of secrets of the present vault that belong to no key any more
 */
export async function carryTeamKeys(present: Database, restored: Database): Promise<ReadonlySet<string>> {
  const keys = await present.selectFrom('team_keys').selectAll().execute();
  const theirs = await restored.selectFrom('team_keys').selectAll().execute();
  const repositories = await present
    .selectFrom('repositories')
    .select(['id', 'team_key_id', 'old_keys'])
    .execute();
  const used = repositories.some(({ team_key_id }) => team_key_id !== null);
  const typed = keys.some(({ origin, confirmed_at }) => origin === 'chosen' || confirmed_at !== null);
  const shared = keys.some(({ id }) => theirs.some((key) => key.id === id));
  if (theirs.length > 0 && !used && !typed && !shared) return new Set(Object.values(teamKeySecretNames));

  await restored.deleteFrom('team_keys').execute();
  for (const key of keys) await restored.insertInto('team_keys').values(key).execute();
  for (const { id, ...columns } of repositories) {
    await restored.updateTable('repositories').set(columns).where('id', '=', id).execute();
  }
  const current = keys.find(({ role }) => role === 'current');
  if (current !== undefined && !used && !shared) {
    // Whoever adopted a password before the restore has typed that of the repositories which come with it.
    await restored
      .updateTable('repositories')
      .set({ team_key_id: current.id, old_keys: 0 })
      .where('team_key_id', 'is not', null)
      .execute();
  }
  return new Set();
}
