import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { type Header, valueSchema } from './format.ts';
import { carriedTables, type Table, youngerThanDays } from './tables.ts';

/** Rows that are read at once: what is held in memory. */
const pageRows = 500;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The content of a backup, from a database in which a transaction sees one state from the first read to the last.
 * @param counted told of the number of rows so far
 */
export async function* exportRows(
  database: Database,
  header: Header,
  counted: (rows: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const rows: Record<string, number> = {};
  let total = 0;
  const encode = (lines: readonly unknown[]) => {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    hash.update(bytes);
    return bytes;
  };
  yield encode([header]);
  for (const table of await carriedTables(database)) {
    rows[table.name] = 0;
    yield encode([{ table: table.name, columns: table.columns }]);
    for await (const page of pages(database, table, header)) {
      rows[table.name] = (rows[table.name] ?? 0) + page.length;
      counted((total += page.length));
      yield encode(page.map((row) => table.columns.map((column) => valueSchema.parse(row[column]))));
      // SQLite answers without waiting: others get their turn here.
      await nextTurn();
    }
  }
  yield Buffer.from(`${JSON.stringify({ rows, sha256: hash.digest('hex') })}\n`);
}

type Row = Readonly<Record<string, unknown>>;

/** The rows of a table by its key, page after page: each begins behind the last one's end. */
async function* pages(
  database: Database,
  { name, columns, key }: Table,
  header: Header,
): AsyncGenerator<Row[]> {
  const list = (names: readonly string[]) => sql.join(names.map((column) => sql.ref(column)));
  const young = youngerThanDays[name];
  const since = new Date(Date.parse(header.createdAt) - (young?.days ?? 0) * dayMs).toISOString();
  const wanted = young === undefined ? sql`1 = 1` : sql`${sql.ref(young.column)} >= ${since}`;
  let last: Row | undefined;
  for (;;) {
    const after =
      last === undefined
        ? sql`1 = 1`
        : sql`(${list(key)}) > (${sql.join(key.map((column) => last?.[column]))})`;
    const { rows }: { rows: Row[] } = await sql<Row>`
      select ${list(columns)} from ${sql.table(name)} where ${wanted} and ${after} order by ${list(key)} limit ${pageRows}
    `.execute(database);
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
    if (rows.length < pageRows) return;
  }
}
