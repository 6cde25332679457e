import { asHoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { execute, type MysqlServer, type QueryOptions, queryCells, queryJson } from './client.ts';
import { quoteIdentifier, quoteText } from './quoting.ts';
import { textAfterTable } from './trigger-text.ts';

/** A trigger, routine, event or view: a text of SQL, and the settings under which it was written. */
export const programSchema = z.object({
  type: z.enum(['TRIGGER', 'PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY', 'EVENT', 'VIEW']),
  name: z.string(),
  /** Creates it in the schema that is the current one. */
  sql: z.string(),
  sqlMode: z.string(),
  collation: z.string(),
  /** Of an event. */
  timeZone: z.string().optional(),
  /** Of a trigger. */
  table: z.string().optional(),
});
export type Program = z.infer<typeof programSchema>;

/** What a schema holds beside the rows. */
export const schemaObjectsSchema = z.object({
  /** Base tables and sequences: what RENAME TABLE moves. */
  tables: z.array(z.string()),
  programs: z.array(programSchema),
});
export type SchemaObjects = z.infer<typeof schemaObjectsSchema>;

/** Those of the types that are given. */
export function ofType(programs: readonly Program[], ...types: readonly Program['type'][]): Program[] {
  return programs.filter(({ type }) => types.includes(type));
}

/** Reads the names of the tables and the texts of all programs of a schema. */
export async function readSchemaObjects(
  server: MysqlServer,
  schema: string,
  options: QueryOptions = {},
): Promise<SchemaObjects> {
  const tables = await queryJson(
    server,
    `SELECT JSON_OBJECT('n', TABLE_NAME) FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ${quoteText(schema)} AND TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW', 'TEMPORARY')
     ORDER BY TABLE_NAME;`,
    z.object({ n: z.string() }),
    options,
  );
  return { tables: tables.map(({ n }) => n), programs: await readPrograms(server, schema, options) };
}

const foundSchema = z.object({
  type: programSchema.shape.type,
  name: z.string(),
  collation: z.string(),
  sqlMode: z.string(),
  timeZone: z.string().nullable(),
});

/** In an order in which they can be made: routines before the views that use them, in the order of triggers. */
async function readPrograms(server: MysqlServer, schema: string, options: QueryOptions): Promise<Program[]> {
  const triggers = await readTriggers(server, schema, options);
  const here = quoteText(schema);
  const found = await queryJson(
    server,
    `SELECT JSON_OBJECT('type', ROUTINE_TYPE, 'name', ROUTINE_NAME, 'collation', COLLATION_CONNECTION,
       'sqlMode', SQL_MODE, 'timeZone', NULL)
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ${here} ORDER BY ROUTINE_TYPE, ROUTINE_NAME;
     SELECT JSON_OBJECT('type', 'VIEW', 'name', TABLE_NAME, 'collation', COLLATION_CONNECTION,
       'sqlMode', '', 'timeZone', NULL)
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ${here} ORDER BY TABLE_NAME;
     SELECT JSON_OBJECT('type', 'EVENT', 'name', EVENT_NAME, 'collation', COLLATION_CONNECTION,
       'sqlMode', SQL_MODE, 'timeZone', TIME_ZONE)
     FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ${here} ORDER BY EVENT_NAME;`,
    foundSchema,
    options,
  );
  if (found.length === 0) return triggers;
  const texts = await queryCells(
    server,
    found.map(({ type, name }) => `SHOW CREATE ${type} ${quoteIdentifier(name)};`).join('\n'),
    { ...options, database: schema },
  );
  const column = { VIEW: 1, EVENT: 3 } as const;
  const programs = found.map(({ type, name, collation, sqlMode, timeZone }, index): Program => {
    const sql = texts[index]?.[type === 'VIEW' || type === 'EVENT' ? column[type] : 2] ?? '';
    return { type, name, sql, collation, sqlMode, ...(timeZone === null ? {} : { timeZone }) };
  });
  return [...triggers, ...inOrderOfDependence(programs)];
}

/** A view comes after those whose names its text holds: the server writes them all in quotes. */
function inOrderOfDependence(programs: readonly Program[]): Program[] {
  const views = ofType(programs, 'VIEW');
  const placed: Program[] = [];
  const place = (view: Program, above: readonly Program[]) => {
    if (placed.includes(view) || above.includes(view)) return;
    for (const other of views) {
      if (other !== view && view.sql.includes(quoteIdentifier(other.name))) place(other, [...above, view]);
    }
    placed.push(view);
  };
  for (const view of views) place(view, []);
  const rest = programs.filter(({ type }) => type !== 'VIEW');
  return [
    ...ofType(rest, 'FUNCTION', 'PROCEDURE', 'PACKAGE', 'PACKAGE BODY'),
    ...placed,
    ...ofType(rest, 'EVENT'),
  ];
}

const triggerSchema = z.object({
  name: z.string(),
  table: z.string(),
  timing: z.string(),
  event: z.string(),
  definer: z.string(),
  sqlMode: z.string(),
  collation: z.string(),
});

async function readTriggers(server: MysqlServer, schema: string, options: QueryOptions): Promise<Program[]> {
  const found = await queryJson(
    server,
    `SELECT JSON_OBJECT('name', TRIGGER_NAME, 'table', EVENT_OBJECT_TABLE, 'timing', ACTION_TIMING,
       'event', EVENT_MANIPULATION, 'definer', DEFINER, 'sqlMode', SQL_MODE,
       'collation', COLLATION_CONNECTION)
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${quoteText(schema)}
     ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER;`,
    triggerSchema,
    options,
  );
  if (found.length === 0) return [];
  // The body comes from here: the column of the view above loses characters outside of the basic plane.
  const texts = await queryCells(
    server,
    found.map(({ name }) => `SHOW CREATE TRIGGER ${quoteIdentifier(name)};`).join('\n'),
    { ...options, database: schema },
  );
  return found.map(({ name, table, timing, event, definer, sqlMode, collation }, index) => ({
    type: 'TRIGGER',
    name,
    table,
    sql: `CREATE DEFINER=${definerOf(definer)} TRIGGER ${quoteIdentifier(name)} ${timing} ${event} ON ${tablePlaceholder} ${textAfterTable(texts[index]?.[2] ?? '')}`,
    sqlMode,
    collation,
  }));
}

/** Where the text of a trigger names its table: that one has another name for a moment of a restore. */
const tablePlaceholder = '\u{0}table\u{0}';

/** `user@host`, where the user may hold an `@`, and a role has no host. */
function definerOf(definer: string): string {
  const at = definer.lastIndexOf('@');
  if (at < 0) return quoteIdentifier(definer);
  return `${quoteIdentifier(definer.slice(0, at))}@${quoteIdentifier(definer.slice(at + 1))}`;
}

/** A delimiter that the texts do not hold. */
function delimiterFor(programs: readonly Program[]): string {
  for (let number = 0; ; number += 1) {
    const delimiter = `//holdfast${number}//`;
    if (!programs.some(({ sql }) => sql.includes(delimiter))) return delimiter;
  }
}

/**
 * A script that makes programs in the current schema, for the client.
 *
 * @param tableOf the name that the table of a trigger has now
 */
export function creationScript(
  programs: readonly Program[],
  tableOf: (table: string) => string = (table) => table,
): string {
  const delimiter = delimiterFor(programs);
  const end = `\n${delimiter}\n`;
  return [
    `DELIMITER ${delimiter}\n`,
    ...programs.map(({ sql, sqlMode, collation, timeZone, table }) => {
      const text =
        table === undefined ? sql : sql.replace(tablePlaceholder, () => quoteIdentifier(tableOf(table)));
      return [
        `SET SESSION collation_connection = ${quoteText(collation)}, sql_mode = ${quoteText(sqlMode)}, time_zone = ${quoteText(timeZone ?? '+00:00')}${end}`,
        `${text}${end}`,
      ].join('');
    }),
    'DELIMITER ;\n',
  ].join('');
}

/** Makes programs in a schema. @throws HoldfastError with the server's words */
export async function createPrograms(
  server: MysqlServer,
  schema: string,
  programs: readonly Program[],
  tableOf?: (table: string) => string,
): Promise<void> {
  if (programs.length === 0) return;
  await execute(server, `DO 0;\n${creationScript(programs, tableOf)}`, { database: schema });
}

export interface ViewOf {
  readonly schema: string;
  readonly view: Program;
}

/**
 * Makes views that may depend on each other, also across schemas: what cannot be made yet comes again.
 *
 * @returns those that cannot be made at all, because something that they name is missing, and why
 */
export async function createViews(
  server: MysqlServer,
  views: readonly ViewOf[],
): Promise<{ readonly schema: string; readonly name: string; readonly words: string }[]> {
  let left = views;
  for (;;) {
    const failed: (ViewOf & { readonly words: string })[] = [];
    for (const { schema, view } of left) {
      await createPrograms(server, schema, [view]).catch((error: unknown) => {
        failed.push({ schema, view, words: asHoldfastError(error).message });
      });
    }
    if (failed.length === 0 || failed.length === left.length) {
      return failed.map(({ schema, view, words }) => ({ schema, name: view.name, words }));
    }
    left = failed;
  }
}

/** Drops programs; those that are gone already are no error. */
export function dropScript(schema: string, programs: readonly Program[]): string {
  return programs
    .map(({ type, name }) => `DROP ${type} IF EXISTS ${quoteIdentifier(schema)}.${quoteIdentifier(name)};`)
    .join('\n');
}
