import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A migrated database in a folder of its own; both are gone after the test. */
export async function temporaryDatabase(): Promise<{ database: Database; file: string }> {
  const file = path.join(await temporaryFolder(), 'holdfast.db');
  const database = await openDatabase(file);
  onTestFinished(() => database.destroy());
  return { database, file };
}
