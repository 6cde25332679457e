import { HoldfastError } from '@holdfast/runtime';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { carryTeamKeys } from './carry-keys.ts';
import { keptTables } from './tables.ts';

/** The restore that asks for the swap, and how it is recorded in the state that takes over. */
export interface EndedRestore {
  readonly operationId: string;
  readonly finishedAt: string;
  readonly result: Readonly<Record<string, unknown>>;
}

/**
 * Brings what must not be lost from the present state into the restored one: the vault and its keys, containers that have to run
 * again, the records of backups, and the restore itself, as succeeded.
 * @throws HoldfastError `conflict` when a restore of a source was ended by the drain and has to be taken back first
 */
export async function carryOver(present: Database, restored: Database, ended: EndedRestore): Promise<void> {
  const open = await present
    .selectFrom('operations')
    .select('id')
    .where('kind', '=', 'restore')
    .where('repeat', '=', 1)
    .executeTakeFirst();
  if (open !== undefined) {
    throw new HoldfastError('conflict', `The restore ${open.id} did not come to its end.`, {
      hint: 'Wait until no restore of a source runs, then restore Holdfast itself.',
    });
  }
  await restored.transaction().execute(async (transaction) => {
    const forgotten = await carryTeamKeys(present, transaction);
    for (const table of keptTables) {
      const { rows } = await sql<Row>`select * from ${sql.table(table)}`.execute(present);
      for (const row of rows) {
        const isForgotten = table === 'vault_secrets' && forgotten.has(String(row['name']));
        if (!isForgotten) await insert(transaction, table, row);
      }
    }
    const { operationId, finishedAt, result } = ended;
    const operation = await present
      .selectFrom('operations')
      .selectAll()
      .where('id', '=', operationId)
      .executeTakeFirstOrThrow();
    await transaction
      .insertInto('operations')
      .values({
        ...operation,
        state: 'succeeded',
        finished_at: finishedAt,
        result: JSON.stringify(result),
        repeat: 0,
        clean_up: 'none',
      })
      .execute();
    const lines = await present
      .selectFrom('operation_log')
      .selectAll()
      .where('operation_id', '=', operationId)
      .execute();
    for (const line of lines) await transaction.insertInto('operation_log').values(line).execute();
  });
}

type Row = Readonly<Record<string, unknown>>;

async function insert(database: Database, table: string, row: Row): Promise<void> {
  const names = sql.join(Object.keys(row).map((column) => sql.ref(column)));
  const values = sql.join(Object.values(row));
  await sql`insert into ${sql.table(table)} (${names}) values (${values}) on conflict do nothing`.execute(
    database,
  );
}
