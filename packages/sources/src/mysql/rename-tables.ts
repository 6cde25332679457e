import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { execute, type MysqlServer } from './client.ts';
import { ofType, type Program } from './schema-objects.ts';

/** A rename waits so long for transactions that use the tables; meanwhile others queue up behind it. */
const waitSeconds = 5;
const attempts = 4;
const timeoutMs = 10 * 60_000;

/** Renames in one statement: all of them happen, or none. */
export async function renameAll(server: MysqlServer, renames: readonly string[], before = ''): Promise<void> {
  if (renames.length === 0) {
    if (before.trim() !== '') await execute(server, before);
    return;
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await execute(
        server,
        `SET SESSION lock_wait_timeout = ${waitSeconds}, foreign_key_checks = 0;
         ${before}
         RENAME TABLE ${renames.join(', ')};`,
        { timeoutMs },
      );
      return;
    } catch (error) {
      const { message } = asHoldfastError(error);
      if (!/ERROR 1205 /.test(message)) throw error;
      if (attempt === attempts) {
        throw new HoldfastError(
          'restore-target-busy',
          `The tables to be replaced are held by transactions that do not end: ${message}`,
          {
            hint: 'Stop what uses the database, then start the restore again. Nothing was changed.',
            cause: error,
          },
        );
      }
      await sleep(500 * attempt);
    }
  }
}

/** The names that tables with triggers have until the triggers are there, by their real ones. */
export function hiddenNames(
  programs: readonly Program[],
  tables: readonly string[],
): ReadonlyMap<string, string> {
  const withTriggers = new Set(ofType(programs, 'TRIGGER').map(({ table }) => table));
  return new Map(
    tables.flatMap((table, index) => (withTriggers.has(table) ? [[table, `holdfast_hidden_${index}`]] : [])),
  );
}
