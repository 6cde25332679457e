import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import type { DatabasePlace } from '../database/place.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where the databases of these tests are: in a file each, until a suite says otherwise. */
let newPlace: () => Promise<DatabasePlace> = async () => ({
  kind: 'sqlite',
  file: path.join(await temporaryFolder(), 'holdfast.db'),
});

/** Runs the tests that this file goes on to define or import on databases of another kind. */
export function useTemporaryDatabasesOf(place: () => Promise<DatabasePlace>): void {
  newPlace = place;
}

/** A migrated database of its own; it is gone after the test. */
export async function temporaryDatabase(): Promise<{ database: Database; place: DatabasePlace }> {
  const place = await newPlace();
  const database = await openDatabase(place);
  onTestFinished(() => database.destroy());
  return { database, place };
}
