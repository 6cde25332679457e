import { HoldfastError } from '@holdfast/runtime';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Database } from '../database/database.ts';
import { rowSchema, tableLineSchema } from './format.ts';
import { withoutReferences } from './references.ts';
import { carriedTables, type Table } from './tables.ts';

/** A statement takes only so many variables. */
const variablesAtOnce = 900;

type Row = z.infer<typeof rowSchema>;

/**
 * Fills the empty tables of a database that stands at the level of the backup, in one transaction.
 * @throws HoldfastError `backup-damaged` for a table or column that this level does not have
 */
export async function importRows(database: Database, lines: AsyncIterable<unknown>): Promise<void> {
  const tables = new Map((await carriedTables(database)).map((table) => [table.name, table]));
  await database.transaction().execute(async (transaction) => {
    await withoutReferences(transaction, () => fillTables(transaction, tables, lines));
  });
}

async function fillTables(
  transaction: Database,
  tables: Map<string, Table>,
  lines: AsyncIterable<unknown>,
): Promise<void> {
  let table: Table | undefined;
  let waiting: Row[] = [];
  const flush = async () => {
    if (table !== undefined && waiting.length > 0) await insert(transaction, table, waiting);
    waiting = [];
  };
  for await (const line of lines) {
    if (Array.isArray(line)) {
      const row = rowSchema.safeParse(line);
      if (table === undefined || row.data?.length !== table.columns.length) throw unexpected();
      waiting.push(row.data);
      if (waiting.length * table.columns.length > variablesAtOnce - table.columns.length) await flush();
      continue;
    }
    await flush();
    const next = tableLineSchema.safeParse(line).data;
    const known = next === undefined ? undefined : tables.get(next.table);
    if (next === undefined || known === undefined) throw unexpected();
    if (!next.columns.every((column) => known.columns.includes(column))) throw unexpected();
    tables.delete(next.table);
    table = { ...known, columns: next.columns };
    // What the migrations themselves put there comes with the backup, too.
    await sql`delete from ${sql.table(table.name)}`.execute(transaction);
  }
  await flush();
}

async function insert(database: Database, { name, columns }: Table, rows: readonly Row[]): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(rows.map((row) => sql`(${sql.join(row)})`));
  await sql`insert into ${sql.table(name)} (${names}) values ${values}`.execute(database);
}

function unexpected(): HoldfastError {
  return new HoldfastError('backup-damaged', 'The backup holds rows that its own version has no place for.');
}
