import { Secret } from '@holdfast/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNotifications } from '../notifications/testing/notifications-bench.ts';
import { answers, startReceiver } from '../notifications/testing/receiver.ts';
import type { StoredOperation } from '../operations/operation.ts';
import { startTestServer } from '../testing/test-server.ts';
import { Heartbeat } from './heartbeat.ts';

const minute = 60_000;

async function start(intervalMs?: number) {
  const receiver = await startReceiver();
  const { alerts, clock, isOpen } = await startNotifications();
  const passes: Pick<StoredOperation, 'id' | 'state' | 'params'>[] = [];
  const logged: string[] = [];
  const heartbeat = new Heartbeat({
    settings: {
      url: new Secret(`${receiver.url}/ping-secret-1`),
      ...(intervalMs === undefined ? {} : { intervalMs }),
    },
    operations: { recentPasses: async () => passes as StoredOperation[] },
    alerts,
    monotonic: () => clock.monotonic(),
    log: (_level, message, error) => logged.push(`${message} ${String(error)}`),
  });
  onTestFinished(() => heartbeat.stop());
  const told = () => receiver.received.map(({ path }) => path.replace('/ping-secret-1', 'ping'));
  const after = async (milliseconds: number) => {
    clock.advance(milliseconds);
    await heartbeat.tick();
  };
  const pass = (id: string, state: StoredOperation['state'], params: Record<string, unknown> = {}) =>
    passes.unshift({ id, state, params });
  return { receiver, heartbeat, passes, pass, told, after, isOpen, logged };
}

describe('the heartbeat', () => {
  it('tells of each pass over everything when it begins and how it ends', async () => {
    const { pass, passes, told, after } = await start();
    await after(0);
    expect(told()).toEqual([]);
    pass('1', 'running');
    await after(5_000);
    await after(5_000);
    passes.shift();
    pass('1', 'succeeded');
    await after(5_000);
    pass('2', 'failed');
    await after(5_000);
    pass('3', 'succeeded', { sourceIds: ['one'] });
    await after(5_000);
    expect(told()).toEqual(['ping/start', 'ping', 'ping/fail']);
  });

  it('goes on saying how it is', async () => {
    const { pass, told, after } = await start(5 * minute);
    await after(0);
    for (let minutes = 0; minutes < 10; minutes++) await after(minute);
    expect(told()).toEqual(['ping', 'ping', 'ping']);
    pass('1', 'failed');
    await after(0);
    await after(5 * minute);
    expect(told().slice(3)).toEqual(['ping/fail', 'ping/fail']);
  });

  it('is seen when it does not get through, is tried again, and tells its address to nobody', async () => {
    const { pass, told, after, receiver, isOpen, logged } = await start();
    await after(0);
    receiver.behave(answers.broken);
    pass('1', 'succeeded');
    await after(0);
    expect(await isOpen('channel-failing')).toBe(false);
    await after(minute);
    expect(await isOpen('channel-failing')).toBe(true);
    receiver.behave(answers.ok);
    await after(minute);
    expect(await isOpen('channel-failing')).toBe(false);
    await after(10 * minute);
    expect(told()).toEqual(['ping', 'ping', 'ping']);
    expect(logged.join()).not.toContain('ping-secret-1');
  });

  it('beats in a serving Holdfast, and harms nothing when nobody listens', async () => {
    const receiver = await startReceiver();
    await startTestServer({ mode: 'serve', environment: { HOLDFAST_HEARTBEAT_URL: `${receiver.url}/ping` } });
    await expect
      .poll(() => receiver.received.map(({ path }) => path), { timeout: 20_000 })
      .toEqual(['/ping']);
    const { api, logged } = await startTestServer({
      mode: 'serve',
      environment: { HOLDFAST_HEARTBEAT_URL: 'http://127.0.0.1:9/ping' },
    });
    await expect.poll(() => logged.join(), { timeout: 20_000 }).toContain('heartbeat did not get through');
    expect((await api('GET', '/v1/sources')).status).toBe(200);
  });
});
