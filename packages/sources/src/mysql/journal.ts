import { z } from 'zod';
import { execute, type MysqlServer, queryCells } from './client.ts';
import { qualified, quoteIdentifier, quoteText } from './quoting.ts';
import { schemaObjectsSchema } from './schema-objects.ts';

const sideSchema = z.object({ name: z.string(), characterSet: z.string(), collation: z.string() });

/** One schema that takes the place of another. */
export const moveSchema = z.object({
  /** Where the new state is now. */
  from: sideSchema.extend({ objects: schemaObjectsSchema }),
  /** Where it goes. `objects` is absent when no schema has that name. */
  to: sideSchema.extend({ objects: schemaObjectsSchema.optional() }),
  /** Where what `to` holds now is kept. */
  keep: z.string().optional(),
});
export type Move = z.infer<typeof moveSchema>;

const journalTable = 'holdfast_journal';

/** Stores on the server, beside the new state, what is about to be done: whoever finds it can put everything back. */
export async function writeJournal(server: MysqlServer, moves: readonly Move[]): Promise<void> {
  const [first] = moves;
  if (first === undefined) return;
  const table = qualified(first.from.name, journalTable);
  await execute(
    server,
    `DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (moves longtext CHARACTER SET utf8mb4) ENGINE=InnoDB;
     INSERT INTO ${table} VALUES (${quoteText(JSON.stringify(moves))});`,
  );
}

/** What an exchange that did not come to its end was about to do; undefined when there is none. */
export async function readJournal(server: MysqlServer, schema: string): Promise<Move[] | undefined> {
  const exists = await queryCells(
    server,
    `SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText(schema)} AND TABLE_NAME = '${journalTable}';`,
  );
  if (exists.length === 0) return undefined;
  const [row] = await queryCells(server, `SELECT moves FROM ${qualified(schema, journalTable)};`);
  return row?.[0] === undefined ? undefined : z.array(moveSchema).parse(JSON.parse(row[0]));
}

export async function removeJournal(server: MysqlServer, moves: readonly Move[]): Promise<void> {
  const [first] = moves;
  if (first === undefined) return;
  await execute(server, `DROP TABLE IF EXISTS ${qualified(first.from.name, journalTable)};`);
}

/** Names of tables that Holdfast made for itself, and that are none of the data. */
export const ownTables: readonly string[] = [journalTable, 'holdfast_kept'];

export async function dropSchema(server: MysqlServer, schema: string): Promise<void> {
  await execute(
    server,
    `SET SESSION lock_wait_timeout = 60, foreign_key_checks = 0; DROP DATABASE IF EXISTS ${quoteIdentifier(schema)};`,
  );
}
