import { HoldfastError } from '@holdfast/runtime';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { createActiveLeaseStore } from './active-lease.store.ts';

/**
 * Changes a shared database in one transaction, while nobody has its lease and nobody can take it.
 * @throws HoldfastError `database-in-use` when somebody has it
 */
export async function whileLeaseIsFree(
  database: Database,
  work: (transaction: Database) => Promise<void>,
): Promise<void> {
  await createActiveLeaseStore(database).prepare();
  await database.transaction().execute(async (transaction) => {
    await sql`lock table active_lease in access exclusive mode`.execute(transaction);
    const { rows } = await sql`select 1 from active_lease where holder is not null`.execute(transaction);
    if (rows.length > 0) {
      throw new HoldfastError('database-in-use', 'Another Holdfast has taken the database over.');
    }
    await work(transaction);
  });
}
