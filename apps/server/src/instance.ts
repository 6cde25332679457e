import { randomBytes } from 'node:crypto';
import type { Database } from './database/database.ts';

const metaName = 'instance';

/**
 * Names this Holdfast among others: in locks of repositories and on helper containers. Made once for a data
 * directory; a host name would do neither in containers (it changes) nor on cloned machines (it is shared).
 */
export async function instanceName(database: Database): Promise<string> {
  await database
    .insertInto('meta')
    .values({ name: metaName, value: `holdfast-${randomBytes(6).toString('hex')}` })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await database
    .selectFrom('meta')
    .select('value')
    .where('name', '=', metaName)
    .executeTakeFirstOrThrow();
  return row.value;
}
