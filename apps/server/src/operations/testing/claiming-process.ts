/**
 * A process of its own that claims operations and ends them until nothing can be claimed any more. Tells its
 * parent of each claim before it ends the operation, so that it can be killed in between.
 */
import { randomUUID } from 'node:crypto';
import { Secret } from '@holdfast/runtime';
import { openDatabase } from '../../database/database.ts';
import { createOperationsStore } from '../operations.store.ts';

const [, , kind, where = ''] = process.argv;
const database = await openDatabase(
  kind === 'postgres' ? { kind, url: new Secret(where) } : { kind: 'sqlite', file: where },
);
const store = createOperationsStore(database);
const owner = randomUUID();
const at = () => new Date().toISOString();

for (let idle = 0; idle < 20; ) {
  const claimed = await store.claim(owner, { concurrency: 100, startedAt: at() });
  if (claimed === undefined) {
    idle += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
    continue;
  }
  idle = 0;
  process.send?.(claimed.id);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await store.settle(claimed.id, claimed.fence, { state: 'succeeded', finishedAt: at(), cleanUp: false });
}
await database.destroy();
process.disconnect?.();
