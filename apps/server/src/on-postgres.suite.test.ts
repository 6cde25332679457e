/** Every unit test that uses a database, once more on PostgreSQL. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { type PostgresDatabases, startPostgresDatabases } from './database/testing/postgres-databases.ts';
import { useTemporaryDatabasesOf } from './testing/temporary-database.ts';

let databases: PostgresDatabases;
beforeAll(async () => {
  databases = await startPostgresDatabases();
});
afterAll(() => databases.remove());

useTemporaryDatabasesOf(() => databases.migrated());

/** These are about SQLite. */
const aboutSqlite = new Set(['database/database.test.ts']);

for (const file of globSync('**/*.test.ts', { cwd: import.meta.dirname }).toSorted()) {
  const place = path.join(import.meta.dirname, file);
  if (file.endsWith('.suite.test.ts') || aboutSqlite.has(file)) continue;
  if (!readFileSync(place, 'utf8').includes('temporaryDatabase()')) continue;
  const load = (): Promise<unknown> => import(place);
  describe(file, load as () => Promise<void>);
}
