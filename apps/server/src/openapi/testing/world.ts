import { operationSchema, pageSchema, recoveryKitSchema, snapshotSchema } from '@holdfast/contracts';
import { createMemorySource } from '@holdfast/worker/testing';
import { fakeContainer } from '../../testing/fake-docker.ts';
import { createMemoryEnvironments } from '../../testing/memory-kinds.ts';
import { startTestServer } from '../../testing/test-server.ts';
import type { ApiDocument } from '../document.ts';
import { type Received, type Sent, sendOver } from './request.ts';

/** What nobody who asks from afar may ever see. */
export const plantedSecret = 'planted-destination-secret-0123456789';

/** A serving Holdfast with two sources of an environment, a backup of them, and storage whose credential is a secret. */
export async function createWorld() {
  const source = createMemorySource();
  const environments = createMemoryEnvironments();
  const test = await startTestServer({ mode: 'serve', ports: { sourceKinds: [source, environments.kind] } });
  const { api, ended, docker, server } = test;
  const compose = (service: string) => ({ project: 'shop', service, number: 1 });
  docker.containers = ['db', 'cache'].map((name) =>
    fakeContainer(name, { compose: compose(name), labels: { 'memory.key': name } }),
  );
  for (const name of ['db', 'cache']) source.content.set(name, new Map([['/db.dump', `content of ${name}`]]));
  await api('POST', '/v1/destinations', {
    name: 'bucket',
    kind: 's3',
    force: true,
    settings: {
      endpoint: 'http://127.0.0.1:9',
      bucket: 'backups',
      accessKeyId: 'key',
      secretAccessKey: plantedSecret,
    },
  });
  await api('POST', '/v1/discovery');
  const backup = await ended(await api('POST', '/v1/backups', { all: true }));
  const snapshots = pageSchema(snapshotSchema).parse((await api('GET', '/v1/snapshots')).body).items;
  const { password } = recoveryKitSchema.parse((await api('GET', '/v1/key/kit')).body);
  const document = (await api('GET', '/v1/openapi.json')).body as ApiDocument;
  const url = server.url ?? '';

  /** Over TCP, with the credential of the host unless other headers are given. */
  const send = (sent: Sent): Promise<Received> =>
    sendOver(url, {
      headers: [
        ['authorization', `Bearer ${server.token}`],
        ['content-type', 'application/json'],
      ],
      ...sent,
    });

  return {
    ...test,
    document,
    send,
    backup: operationSchema.parse(backup),
    snapshot: snapshots.find((snapshot) => snapshot.source === 'db') ?? snapshots[0],
    secrets: [password, server.token, plantedSecret],
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;
