import { HoldfastError } from '@holdfast/runtime';
import { execute, type MysqlServer } from './client.ts';
import { type Move, removeJournal, writeJournal } from './journal.ts';
import { keepPrograms } from './kept.ts';
import { qualified, quoteIdentifier } from './quoting.ts';
import { hiddenNames, renameAll } from './rename-tables.ts';
import { rollBack } from './roll-back.ts';
import { createPrograms, createViews, dropScript, ofType } from './schema-objects.ts';

/**
 * Puts what schemas hold in place of what others hold, all of them together.
 *
 * Neither server can rename a schema, and RENAME TABLE takes no triggers, views, routines and events along. So, with a
 * journal of it all on the server:
 * 1. events and triggers of the old state go (their texts are kept);
 * 2. one statement renames every table of every schema. Who uses them waits, then finds the new ones. Only tables with
 *    triggers get a hidden name first, so that nobody writes into them past their triggers;
 * 3. triggers are made, and one more statement gives these tables their names;
 * 4. routines, views and events of the new state are made in place of the old.
 * Whatever fails before the journal is removed, everything is put back.
 *
 * @returns warnings: views that cannot be made, because what they name is in no database
 * @throws HoldfastError `restore-target-busy` when the tables are in use, or with the server's words: then nothing changed
 */
export async function exchange(server: MysqlServer, moves: readonly Move[]): Promise<string[]> {
  await writeJournal(server, moves);
  try {
    for (const move of moves) await prepare(server, move);
    await renameTables(server, moves);
    for (const move of moves) await createTriggers(server, move);
    await nameTablesWithTriggers(server, moves);
    for (const move of moves) await replaceRoutines(server, move);
    const missing = await createViews(
      server,
      moves.flatMap(({ from, to }) =>
        ofType(from.objects.programs, 'VIEW').map((view) => ({ schema: to.name, view })),
      ),
    );
    for (const { from, to } of moves) {
      await createPrograms(server, to.name, ofType(from.objects.programs, 'EVENT'));
    }
    // From here on the new state is the one that counts.
    await removeJournal(server, moves);
    return missing.map(
      ({ schema, name, words }) => `The view "${name}" of database "${schema}" could not be made. ${words}`,
    );
  } catch (error) {
    await rollBack(server, moves);
    throw error;
  }
}

async function prepare(server: MysqlServer, { from, to, keep }: Move): Promise<void> {
  const characterSet = `CHARACTER SET ${from.characterSet} COLLATE ${from.collation}`;
  if (to.objects === undefined) {
    await execute(server, `CREATE DATABASE ${quoteIdentifier(to.name)} ${characterSet};`);
    return;
  }
  if (keep === undefined) throw new HoldfastError('internal', 'Nothing says where the old state is kept.');
  const old = `CHARACTER SET ${to.characterSet} COLLATE ${to.collation}`;
  await execute(server, `CREATE DATABASE ${quoteIdentifier(keep)} ${old};`);
  await keepPrograms(server, keep, to.objects.programs);
  const names = new Set(from.objects.tables);
  const inTheWay = ofType(to.objects.programs, 'VIEW').filter(({ name }) => names.has(name));
  await execute(
    server,
    [
      dropScript(to.name, ofType(to.objects.programs, 'EVENT')),
      dropScript(to.name, inTheWay),
      `ALTER DATABASE ${quoteIdentifier(to.name)} ${characterSet};`,
    ].join('\n'),
  );
}

async function renameTables(server: MysqlServer, moves: readonly Move[]): Promise<void> {
  const renames = moves.flatMap(({ from, to, keep }) => {
    const hidden = hiddenNames(from.objects.programs, from.objects.tables);
    return [
      ...(to.objects?.tables ?? []).map(
        (table) => `${qualified(to.name, table)} TO ${qualified(keep ?? '', table)}`,
      ),
      ...from.objects.tables.map(
        (table) => `${qualified(from.name, table)} TO ${qualified(to.name, hidden.get(table) ?? table)}`,
      ),
    ];
  });
  const triggers = moves.flatMap(({ from, to }) => [
    dropScript(from.name, ofType(from.objects.programs, 'TRIGGER')),
    dropScript(to.name, ofType(to.objects?.programs ?? [], 'TRIGGER')),
  ]);
  await renameAll(server, renames, triggers.join('\n'));
}

async function nameTablesWithTriggers(server: MysqlServer, moves: readonly Move[]): Promise<void> {
  const renames = moves.flatMap(({ from, to }) =>
    [...hiddenNames(from.objects.programs, from.objects.tables)].map(
      ([table, hidden]) => `${qualified(to.name, hidden)} TO ${qualified(to.name, table)}`,
    ),
  );
  await renameAll(server, renames);
}

async function createTriggers(server: MysqlServer, { from, to }: Move): Promise<void> {
  const hidden = hiddenNames(from.objects.programs, from.objects.tables);
  const triggers = ofType(from.objects.programs, 'TRIGGER');
  await createPrograms(server, to.name, triggers, (table) => hidden.get(table) ?? table);
}

/** And takes the old views away. */
async function replaceRoutines(server: MysqlServer, { from, to }: Move): Promise<void> {
  const old = ofType(to.objects?.programs ?? [], 'PROCEDURE', 'FUNCTION', 'PACKAGE BODY', 'PACKAGE', 'VIEW');
  await execute(server, `DO 0;\n${dropScript(to.name, old)}`);
  const { programs } = from.objects;
  await createPrograms(server, to.name, ofType(programs, 'FUNCTION', 'PROCEDURE'));
  await createPrograms(server, to.name, ofType(programs, 'PACKAGE'));
  await createPrograms(server, to.name, ofType(programs, 'PACKAGE BODY'));
}
