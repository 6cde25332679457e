import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { Database } from '../database/database.ts';
import { migrateToLatest, migrateToLevel, unknownMigrations } from '../database/migrate.ts';
import { openBackup } from './backup-stream.ts';
import type { Header } from './format.ts';
import { importRows } from './import-rows.ts';

/**
 * Fills an empty database from the file of a backup: at the level of its own version first, then brought up to this one.
 * @throws HoldfastError `backup-key-wrong`, `backup-damaged`, `backup-too-new`
 */
export async function fillFromBackup(
  database: Database,
  file: AsyncIterable<Uint8Array>,
  { key, now }: { key: Uint8Array; now: Date },
): Promise<Header> {
  const { header, lines } = await openBackup(file, key);
  const unknown = unknownMigrations(header.migrations);
  if (unknown.length > 0) {
    await lines.return(undefined);
    throw new HoldfastError(
      'backup-too-new',
      `Holdfast ${header.version} wrote it; this version does not know ${unknown.join(', ')}.`,
    );
  }
  try {
    await migrateToLevel(database, header.migrations);
    await importRows(database, lines);
    await migrateToLatest(database);
  } catch (error) {
    throw asHoldfastError(error, 'backup-damaged');
  }
  await endUnfinished(database, now);
  return header;
}

/** What ran when the backup was made does not run now, and is not begun again days later. */
async function endUnfinished(database: Database, now: Date): Promise<void> {
  const error = new HoldfastError('interrupted', 'It ran while Holdfast was backed up.').toFailure();
  await database
    .updateTable('operations')
    .set({
      state: 'interrupted',
      finished_at: now.toISOString(),
      error: JSON.stringify(error),
      clean_up: 'none',
    })
    .where('state', 'in', ['queued', 'running'])
    .execute();
  await database.updateTable('operations').set({ repeat: 0 }).where('repeat', '=', 1).execute();
}
