import { alertSchema, pageSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { fakeContainer } from '../../testing/fake-docker.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { startTestServer } from '../../testing/test-server.ts';

async function start() {
  const test = await startTestServer();
  test.docker.containers = [fakeContainer('shop-db', { labels: { 'memory.key': 'shop' } })];
  test.source.content.set('shop', new Map([['/shop.dump', 'rows of the shop']]));
  const alerts = async () =>
    pageSchema(alertSchema)
      .parse((await test.api('GET', '/v1/alerts')).body)
      .items.map(({ code, subject, cause, severity }) => ({
        code,
        about: subject.name,
        cause: cause?.name,
        severity,
      }));
  const pass = async (route: string, body?: unknown) => test.ended(await test.api('POST', route, body));
  const backUp = (body: object = {}) => pass('/v1/backups', { all: true, ...body });
  return { ...test, alerts, pass, backUp };
}

const unreachable = new HoldfastError('destination-unreachable', 'No answer.');

describe('alerts about operations', () => {
  it('are raised for a failed backup, with what it follows from, until it succeeds', async () => {
    const { alerts, backUp, engine } = await start();
    engine.failures.set('backupStream', unreachable);
    await backUp();
    const raised = [{ code: 'backup-failed', about: 'shop-db', cause: 'local', severity: 'critical' }];
    await expect.poll(alerts).toEqual(raised);
    engine.failures.clear();
    await backUp();
    await expect.poll(alerts).toEqual([]);
  });

  it('stay when the backup succeeds elsewhere', async () => {
    const { alerts, api, backUp, engine } = await start();
    const settings = { path: await temporaryFolder() };
    await api('POST', '/v1/destinations', { name: 'other', kind: 'local', settings });
    engine.failures.set('backupStream', unreachable);
    await backUp();
    await expect.poll(alerts).toHaveLength(1);
    engine.failures.clear();
    await backUp({ destination: 'other' });
    expect(await alerts()).toHaveLength(1);
    await backUp({ destination: 'local' });
    await expect.poll(alerts).toEqual([]);
  });

  it('are not raised for what somebody cancelled', async () => {
    const { alerts, api, ended, source } = await start();
    let release = () => {};
    source.beforePart = () => new Promise<void>((resolve) => (release = resolve));
    const started = await api('POST', '/v1/backups', { all: true });
    const { id } = started.body as { id: string };
    await expect
      .poll(async () => JSON.stringify((await api('GET', `/v1/operations/${id}`)).body))
      .toContain('running');
    await api('POST', `/v1/operations/${id}/cancel`);
    release();
    expect((await ended(started)).state).toBe('cancelled');
    expect(await alerts()).toEqual([]);
  });

  it('are raised for a pass that could not begin', async () => {
    const { alerts, backUp, docker } = await start();
    docker.failure = new HoldfastError('docker-unreachable', 'The engine does not answer.');
    await backUp();
    await expect
      .poll(alerts)
      .toEqual([{ code: 'backup-failed', about: 'local', cause: undefined, severity: 'critical' }]);
    docker.failure = undefined;
    await backUp();
    await expect.poll(alerts).toEqual([]);
  });

  it('tell damage from a check or prune that failed', async () => {
    const { alerts, backUp, engine, pass } = await start();
    await backUp();
    engine.failures.set('prune', unreachable);
    await pass('/v1/prunes');
    await expect
      .poll(alerts)
      .toEqual([{ code: 'prune-failed', about: 'shop-db in local', cause: 'local', severity: 'warning' }]);
    engine.failures.set('check', new HoldfastError('repository-corrupt', 'A pack is damaged.'));
    await pass('/v1/prunes');
    await expect
      .poll(async () => (await alerts()).map(({ code }) => code))
      .toEqual(['check-failed', 'prune-failed']);
    engine.failures.clear();
    await pass('/v1/checks');
    await pass('/v1/prunes');
    await expect.poll(alerts).toEqual([]);
  });
});
