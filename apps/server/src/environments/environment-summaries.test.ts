import { environmentSchema, overviewSchema, pageSchema } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import { fakeContainer } from '../testing/fake-docker.ts';
import { startTestServer } from '../testing/test-server.ts';

/** Two projects, of which one source was backed up. */
async function scene() {
  const { api, ended, docker, source } = await startTestServer();
  const inProject = (name: string, project: string) => {
    source.content.set(name, new Map([['/db.dump', `content of ${name}`]]));
    const compose = { project, service: name, number: 1 };
    return fakeContainer(name, { compose, labels: { 'memory.key': name } });
  };
  docker.containers = [inProject('db', 'shop'), inProject('cache', 'shop'), inProject('wiki-db', 'wiki')];
  await api('POST', '/v1/discovery');
  await ended(await api('POST', '/v1/backups', { names: ['db'] }));
  const list = async (query = '') =>
    pageSchema(environmentSchema).parse((await api('GET', `/v1/environments${query}`)).body);
  return { api, list };
}

const backedUp = { name: 'db', protected: true, lastSuccess: expect.any(String) };

it('lists environments by name, each with its own sources and what is known of them', async () => {
  const { list } = await scene();
  const { items } = await list();
  expect(items).toMatchObject([
    { name: 'shop', sources: 2, protected: 2, members: [{ name: 'cache', kind: 'memory' }, backedUp] },
    { name: 'wiki', sources: 1, members: [{ name: 'wiki-db', present: true }] },
  ]);
  const [shop] = items;
  // As long as one of its sources has none, it has no backup to go back to.
  expect(shop?.lastBackup).toBeUndefined();
  expect(shop?.members[0]?.lastSuccess).toBeUndefined();
});

it('gives a page of them, what is searched, and one by itself', async () => {
  const { api, list } = await scene();
  const first = await list('?limit=1');
  expect(first).toMatchObject({ items: [{ name: 'shop' }], next: 'shop' });
  expect(await list('?limit=1&cursor=shop')).toMatchObject({ items: [{ name: 'wiki' }] });
  expect((await list('?search=WIK')).items).toMatchObject([{ name: 'wiki', members: [{ name: 'wiki-db' }] }]);
  expect((await api('GET', '/v1/environments/shop')).body).toEqual(first.items[0]);
  expect(await api('GET', '/v1/environments/none')).toMatchObject({ status: 404 });
});

it('sums them up in the overview', async () => {
  const { api } = await scene();
  const { environments } = overviewSchema.parse((await api('GET', '/v1/overview')).body);
  expect(environments).toMatchObject([
    { name: 'shop', sources: 2, unprotected: 0, overdue: false, suspicious: 0 },
    { name: 'wiki', sources: 1 },
  ]);
});
