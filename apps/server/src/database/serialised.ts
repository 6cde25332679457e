import { sql, type Transaction } from 'kysely';
import { isPostgres } from './current-schema.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** What reads before it writes, and must not read what another is about to change. */
type Name = 'claim' | 'arrival' | 'alert' | 'lease' | 'configuration';

/**
 * Runs a transaction while no other of that name runs. SQLite has one writer at a time by itself; on PostgreSQL, which
 * would let two transactions read the same and write by it, this takes a lock that ends with the transaction.
 */
export function serialised<T>(
  database: Database,
  name: Name,
  work: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    if (isPostgres(transaction)) {
      // Locks count for a whole database, which may hold several schemas of Holdfast.
      await sql`select pg_advisory_xact_lock(hashtext(current_schema() || ${`: ${name}`}))`.execute(
        transaction,
      );
    }
    return work(transaction);
  });
}
