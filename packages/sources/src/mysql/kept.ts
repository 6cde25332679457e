import { z } from 'zod';
import { execute, type MysqlServer, queryCells } from './client.ts';
import { qualified, quoteText } from './quoting.ts';
import { creationScript, type Program, programSchema } from './schema-objects.ts';

const keptTable = 'holdfast_kept';

/**
 * Writes the triggers, views, routines and events of a replaced state beside its tables, as texts: events that existed
 * would run.
 */
export async function keepPrograms(
  server: MysqlServer,
  schema: string,
  programs: readonly Program[],
): Promise<void> {
  const table = qualified(schema, keptTable);
  await execute(
    server,
    `CREATE TABLE ${table} (programs longtext CHARACTER SET utf8mb4, as_sql longtext CHARACTER SET utf8mb4) ENGINE=InnoDB
       COMMENT 'Triggers, views, routines and events of this database, which a restore of Holdfast replaced';
     INSERT INTO ${table} VALUES (${quoteText(JSON.stringify(programs))}, ${quoteText(creationScript(programs))});`,
  );
}

export async function readKeptPrograms(server: MysqlServer, schema: string): Promise<Program[]> {
  const [row] = await queryCells(server, `SELECT programs FROM ${qualified(schema, keptTable)};`);
  return z.array(programSchema).parse(JSON.parse(row?.[0] ?? '[]'));
}
