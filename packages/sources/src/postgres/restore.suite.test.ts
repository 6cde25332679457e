import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { silentReporter } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { type ConnectedServer, connectServer } from './connect.ts';
import { restoreServer } from './restore.ts';
import { dumpServer } from './testing/dumped-snapshot.ts';
import { fingerprint } from './testing/fingerprint.ts';

failOnLeakedContainers();

const read = (name: string) => readFile(new URL(`testing/${name}`, import.meta.url), 'utf8');

function contextOf(container: PostgresContainer, dataPath: 'exec' | 'direct') {
  return {
    docker: container.host,
    dataPath,
    operationId: randomUUID(),
    reporter: silentReporter,
    signal: new AbortController().signal,
  };
}

describe.each(['15', '17'] as const)('restoring PostgreSQL %s', (version) => {
  it('brings back everything', async () => {
    await using container = await startPostgres({ version });
    await container.sql(await read('kitchen-sink-roles.sql'));
    await container.sql('CREATE DATABASE sink OWNER app_owner');
    await container.sql(await read('kitchen-sink.sql'), 'sink');
    const before = await fingerprint(container, 'sink');
    const context = contextOf(container, 'exec');
    const connected: ConnectedServer = await connectServer({ container }, context);
    await using snapshot = await dumpServer(container, connected, ['sink']);
    await container.sql('DROP TABLE orders, cyclic_a, cyclic_b; DELETE FROM legacy', 'sink');
    await restoreServer(connected, snapshot.request(), context);
    expect(await fingerprint(container, 'sink')).toEqual(before);
  });
});
