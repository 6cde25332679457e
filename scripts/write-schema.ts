/** Writes the database's schema as the migrations make it: `node scripts/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../apps/server/src/database/database.ts';
import { dumpSchema } from '../apps/server/src/database/dump-schema.ts';

const database = await openDatabase({ kind: 'sqlite', file: ':memory:' });
const file = path.join(import.meta.dirname, '..', 'apps', 'server', 'src', 'database', 'schema.sql');
writeFileSync(file, await dumpSchema(database));
await database.destroy();
