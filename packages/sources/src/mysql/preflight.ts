import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { queryJson } from './client.ts';
import type { ConnectedServer } from './connect.ts';
import { quoteText } from './quoting.ts';
import type { RestorePlan } from './restore-plan.ts';
import { release } from './server-version.ts';

/**
 * Finds out what would make the restore fail, before anything is changed.
 *
 * @returns warnings: what will differ, but does not stop the restore
 * @throws HoldfastError `restore-target-older`, `restore-target-busy`
 */
export async function preflight(
  connected: ConnectedServer,
  { details, schemas }: RestorePlan,
  signal: AbortSignal,
): Promise<string[]> {
  const warnings: string[] = [];
  if (connected.family !== details.family) {
    warnings.push(
      `The snapshot is of ${details.family} ${details.serverVersionText}, the target is ${connected.family} ${connected.versionText}: what only one of them knows cannot be loaded.`,
    );
  } else if (release(connected.version) < release(details.serverVersion)) {
    throw new HoldfastError(
      'restore-target-older',
      `The snapshot is of version ${details.serverVersionText}, the target is of version ${connected.versionText}.`,
    );
  }
  const replaced = schemas.flatMap(({ existing }) => existing?.name ?? []);
  await refuseForeignKeysAcross(connected, replaced, signal);
  return warnings;
}

/**
 * A foreign key from one schema into another follows a table when it is renamed: it would point into what is kept as
 * the previous state.
 *
 * @throws HoldfastError `restore-target-busy`
 */
export async function refuseForeignKeysAcross(
  { server }: Pick<ConnectedServer, 'server'>,
  schemas: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (schemas.length === 0) return;
  const names = schemas.map(quoteText).join(', ');
  const [found] = await queryJson(
    server,
    `SELECT JSON_OBJECT('from', CONCAT(TABLE_SCHEMA, '.', TABLE_NAME), 'to', CONCAT(REFERENCED_TABLE_SCHEMA, '.', REFERENCED_TABLE_NAME))
     FROM information_schema.KEY_COLUMN_USAGE
     WHERE REFERENCED_TABLE_SCHEMA IN (${names}) AND TABLE_SCHEMA <> REFERENCED_TABLE_SCHEMA LIMIT 1;`,
    z.object({ from: z.string(), to: z.string() }),
    { signal },
  );
  if (found === undefined) return;
  throw new HoldfastError(
    'restore-target-busy',
    `A foreign key goes from table ${found.from} to table ${found.to} of another database; a swap would turn it to the old data.`,
    { hint: 'Restore with --in-place, which drops the old data first. Nothing was changed.' },
  );
}
