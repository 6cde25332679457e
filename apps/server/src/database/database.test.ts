import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openDatabase } from './database.ts';
import { dumpSchema } from './dump-schema.ts';

describe('the database', () => {
  it('has the schema that is committed', async () => {
    const { database } = await temporaryDatabase();
    const committed = readFileSync(path.join(import.meta.dirname, 'schema.sql'), 'utf8');
    expect(await dumpSchema(database)).toBe(committed);
  });

  it('opens again with what was in it, and migrates nothing twice', async () => {
    const place = { kind: 'sqlite', file: path.join(await temporaryFolder(), 'holdfast.db') } as const;
    const first = await openDatabase(place);
    await first.insertInto('meta').values({ name: 'a', value: 'b' }).execute();
    await first.destroy();
    const second = await openDatabase(place);
    expect(await second.selectFrom('meta').selectAll().execute()).toEqual([{ name: 'a', value: 'b' }]);
    await second.destroy();
  });

  it('is refused and left alone when a newer version has changed it', async () => {
    const { database, place } = await temporaryDatabase();
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(database);
    await expect(openDatabase(place)).rejects.toMatchObject({ code: 'database-too-new' });
    const { rows } = await sql`select name from kysely_migration where name = '9999-later'`.execute(database);
    expect(rows).toHaveLength(1);
  });

  it('refuses a file that is no database', async () => {
    const file = path.join(import.meta.dirname, 'schema.ts');
    await expect(openDatabase({ kind: 'sqlite', file })).rejects.toMatchObject({
      code: 'data-directory-unusable',
    });
  });

  it('says that the disk is full when it cannot grow, in a transaction too, and goes on afterwards', async () => {
    const { database } = await temporaryDatabase();
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database);
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count ?? 0)}`.execute(database);
    const add = (name: string, value: string) =>
      database
        .transaction()
        .execute((transaction) => transaction.insertInto('meta').values({ name, value }).execute());
    await expect(add('large', 'x'.repeat(100_000))).rejects.toMatchObject({ code: 'data-directory-full' });
    await add('small', 'x');
  });

  it('keeps two transactions apart', async () => {
    const { database } = await temporaryDatabase();
    const add = (name: string) =>
      database.transaction().execute(async (transaction) => {
        await transaction.insertInto('meta').values({ name, value: '' }).execute();
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (name === 'bad') throw new Error('rolled back');
      });
    const [good, bad] = await Promise.allSettled([add('good'), add('bad')]);
    expect([good?.status, bad?.status]).toEqual(['fulfilled', 'rejected']);
    expect(await database.selectFrom('meta').select('name').execute()).toEqual([{ name: 'good' }]);
  });
});
