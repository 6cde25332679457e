import { temporaryName } from '../container/temporary-name.ts';
import type { CaptureContext, Exchange } from '../source.ts';
import { connectServer } from './connect.ts';
import { exchange } from './exchange.ts';
import { dropSchema, type Move, ownTables, readJournal } from './journal.ts';
import { readKeptPrograms } from './kept.ts';
import type { MysqlLocator } from './locator.ts';
import { isPreviousOf } from './restore-names.ts';
import { rollBack } from './roll-back.ts';
import { readSchemaObjects } from './schema-objects.ts';
import { readSchemas } from './survey.ts';

/**
 * Undoes a swap: the kept tables serve again, with their triggers, views, routines and events; what was restored is
 * dropped. Where the work is done already, nothing happens.
 */
export async function revertMysql(
  locator: MysqlLocator,
  report: Exchange,
  context: CaptureContext,
): Promise<void> {
  const connected = await connectServer(locator, context);
  const { server } = connected;
  for (const kept of report.previous) {
    const interrupted = (await readSchemas(connected)).some(({ name }) => name === kept)
      ? await readJournal(server, kept)
      : undefined;
    if (interrupted !== undefined) await rollBack(server, interrupted);
  }
  const present = await readSchemas(connected);
  const moves: Move[] = [];
  const orphans: string[] = [];
  for (const [index, name] of report.restored.entries()) {
    const keptName = report.previous.find((previous) => isPreviousOf(previous, name));
    const kept = present.find((one) => one.name === keptName);
    const serving = present.find((one) => one.name === name);
    if (keptName === undefined && serving !== undefined) orphans.push(name);
    if (kept === undefined) continue;
    const { tables } = await readSchemaObjects(server, kept.name);
    moves.push({
      from: {
        ...kept,
        objects: {
          tables: tables.filter((table) => !ownTables.includes(table)),
          programs: await readKeptPrograms(server, kept.name),
        },
      },
      to: {
        name,
        characterSet: serving?.characterSet ?? '',
        collation: serving?.collation ?? '',
        ...(serving === undefined ? {} : { objects: await readSchemaObjects(server, name) }),
      },
      ...(serving === undefined ? {} : { keep: temporaryName(context.operationId, index) }),
    });
  }
  if (moves.length > 0) await exchange(server, moves);
  for (const { from, keep } of moves) {
    await dropSchema(server, from.name);
    if (keep !== undefined) await dropSchema(server, keep);
  }
  for (const name of orphans) await dropSchema(server, name);
}
