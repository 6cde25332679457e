import { execute, type MysqlServer } from './client.ts';
import { dropSchema, type Move, removeJournal } from './journal.ts';
import { qualified, quoteIdentifier } from './quoting.ts';
import { hiddenNames, renameAll } from './rename-tables.ts';
import {
  createPrograms,
  createViews,
  dropScript,
  ofType,
  type Program,
  readSchemaObjects,
  type SchemaObjects,
} from './schema-objects.ts';
import { readSchemas } from './survey.ts';

/**
 * Puts back what an exchange changed, however far it came, by what is found on the server. Safe to repeat. The new
 * state is again where it came from.
 */
export async function rollBack(server: MysqlServer, moves: readonly Move[]): Promise<void> {
  for (const move of moves) await rollBackOne(server, move);
  await removeJournal(server, moves);
}

async function rollBackOne(server: MysqlServer, move: Move): Promise<void> {
  const { to, keep } = move;
  const here = await read(server, to.name);
  if (here !== undefined) {
    const moved = await wereTablesMoved(server, move);
    if (moved) await moveTablesBack(server, move, here);
    if (to.objects === undefined) await dropIfEmpty(server, to.name);
    else await makePrograms(server, move, to.objects);
  }
  if (keep !== undefined) await dropSchema(server, keep);
}

async function read(server: MysqlServer, schema: string): Promise<SchemaObjects | undefined> {
  const schemas = await readSchemas({ server });
  return schemas.some(({ name }) => name === schema) ? await readSchemaObjects(server, schema) : undefined;
}

/** One statement moved all tables: where the first one is tells where all are. */
async function wereTablesMoved(server: MysqlServer, { from, to, keep }: Move): Promise<boolean> {
  const [newTable] = from.objects.tables;
  const [oldTable] = to.objects?.tables ?? [];
  if (newTable !== undefined) {
    return (await read(server, from.name))?.tables.includes(newTable) !== true;
  }
  if (oldTable === undefined || keep === undefined) return false;
  return (await read(server, keep))?.tables.includes(oldTable) === true;
}

async function moveTablesBack(
  server: MysqlServer,
  { from, to, keep }: Move,
  here: SchemaObjects,
): Promise<void> {
  const isNew = ({ type, name }: Program) =>
    type === 'TRIGGER' || from.objects.programs.some((one) => one.type === type && one.name === name);
  await execute(server, `DO 0;\n${dropScript(to.name, here.programs.filter(isNew))}`);
  const hidden = hiddenNames(from.objects.programs, from.objects.tables);
  const nameNow = (table: string) => {
    const name = hidden.get(table);
    return name !== undefined && here.tables.includes(name) ? name : table;
  };
  await renameAll(server, [
    ...from.objects.tables.map(
      (table) => `${qualified(to.name, nameNow(table))} TO ${qualified(from.name, table)}`,
    ),
    ...(to.objects?.tables ?? []).map(
      (table) => `${qualified(keep ?? '', table)} TO ${qualified(to.name, table)}`,
    ),
  ]);
}

/** Makes the programs of the old state that are not there. */
async function makePrograms(server: MysqlServer, { to }: Move, old: SchemaObjects): Promise<void> {
  const { programs: present } = await readSchemaObjects(server, to.name);
  const missing = old.programs.filter(
    ({ type, name }) => !present.some((one) => one.type === type && one.name === name),
  );
  await execute(
    server,
    `ALTER DATABASE ${quoteIdentifier(to.name)} CHARACTER SET ${to.characterSet} COLLATE ${to.collation};`,
  );
  await createPrograms(
    server,
    to.name,
    missing.filter(({ type }) => type !== 'VIEW' && type !== 'EVENT'),
  );
  await createViews(
    server,
    ofType(missing, 'VIEW').map((view) => ({ schema: to.name, view })),
  );
  await createPrograms(server, to.name, ofType(missing, 'EVENT'));
}

/** A schema that somebody else made in the meantime is not ours to drop. */
async function dropIfEmpty(server: MysqlServer, schema: string): Promise<void> {
  const { tables, programs } = await readSchemaObjects(server, schema);
  if (tables.length === 0 && programs.length === 0) await dropSchema(server, schema);
}
