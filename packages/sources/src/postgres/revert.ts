import { HoldfastError } from '@holdfast/runtime';
import { temporaryName } from '../container/temporary-name.ts';
import type { CaptureContext, Exchange } from '../source.ts';
import { connectServer } from './connect.ts';
import { dropDatabase, dropTemporaryDatabases } from './drop.ts';
import type { PostgresLocator } from './locator.ts';
import { previousName } from './restore-names.ts';
import { type Rename, renameDatabases } from './swap.ts';
import { maintenanceDatabaseBeside, readTarget } from './target.ts';

/**
 * Undoes a restore in mode `swap`: the databases that it kept get their names back, in one transaction, and what it
 * loaded is dropped. Roles that it created stay. A kept database that is gone leaves the restored one in place.
 *
 * @throws HoldfastError `restore-failed`: then no name has changed
 */
export async function revertPostgres(
  locator: PostgresLocator,
  report: Exchange,
  context: CaptureContext,
): Promise<void> {
  const { server } = await connectServer(locator, context);
  const target = await readTarget(server, { signal: context.signal });
  const there = new Set(target.databases.map(({ name }) => name));
  const involved = new Set([...report.restored, ...report.previous]);
  const maintenanceDatabase = maintenanceDatabaseBeside(target, involved);
  const kept = matchPrevious(report);
  const back = [...kept].filter(([, previous]) => there.has(previous));
  const renames = back.flatMap(([name, previous], index): Rename[] => [
    ...(there.has(name) ? [{ from: name, to: temporaryName(context.operationId, index) }] : []),
    { from: previous, to: name },
  ]);
  if (renames.length > 0) await renameDatabases(server, maintenanceDatabase, renames);
  await dropTemporaryDatabases(server, maintenanceDatabase, context.operationId);
  for (const name of report.restored.filter((name) => !kept.has(name) && there.has(name))) {
    await dropDatabase(server, maintenanceDatabase, name);
  }
}

/**
 * Which kept database was which: the report lists both in the same order, but what did not exist before kept none.
 * @throws HoldfastError `restore-failed` where long names, cut off, could be either
 */
export function matchPrevious({ restored, previous }: Exchange): Map<string, string> {
  if (restored.length === previous.length) {
    return new Map(restored.map((name, index) => [name, previous[index] ?? '']));
  }
  const owners = previous.map((kept) => restored.filter((name) => isPreviousOf(kept, name)));
  if (owners.some((candidates) => candidates.length !== 1)) {
    throw new HoldfastError(
      'restore-failed',
      `It cannot be told which databases these were before: ${previous.join(', ')}.`,
    );
  }
  return new Map(owners.map((candidates, index) => [candidates[0] ?? '', previous[index] ?? '']));
}

const suffix = /_before_(\d{4})(\d{2})(\d{2}T\d{2})(\d{2})(\d{2}Z)(?:_(\d+))?$/;

/** Whether `kept` is a name that `previousName` gives to what was `name`. */
function isPreviousOf(kept: string, name: string): boolean {
  const [, year, month, dayAndHour, minute, second, attempt = '1'] = suffix.exec(kept) ?? [];
  if (year === undefined) return false;
  const time = new Date(`${year}-${month}-${dayAndHour}:${minute}:${second}`);
  const taken = new Set<string>();
  for (let count = 1; count < Number(attempt); count++) taken.add(previousName(name, time, taken));
  return previousName(name, time, taken) === kept;
}
