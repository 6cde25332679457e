import { type Notice, noticeSchema } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { backupFailed, offsite, startNotifications } from './testing/notifications-bench.ts';
import { answers, startReceiver } from './testing/receiver.ts';

const minute = 60_000;
const hour = 60 * minute;

async function start(sendTimeoutMs?: number) {
  const bench = await startNotifications(sendTimeoutMs);
  const receiver = await startReceiver();
  const notices = (): Notice[] => receiver.received.map(({ body }) => noticeSchema.parse(JSON.parse(body)));
  const { clock, dispatcher } = bench;
  /** Time goes on, and the dispatcher looks. */
  const after = async (milliseconds: number) => {
    clock.advance(milliseconds);
    await dispatcher.tick();
  };
  return { ...bench, receiver, notices, after };
}

const destinationDead = {
  code: 'destination-unreachable',
  subject: offsite,
  message: 'The destination offsite does not work.',
  hint: 'Look at it.',
} as const;

describe('what is told', () => {
  it('waits for the window, then goes as one message, the most urgent first', async () => {
    const { addWebhook, alerts, after, notices, receiver } = await start();
    await addWebhook(receiver.url);
    await alerts.raise({ ...backupFailed('shop'), code: 'retention-failed' });
    await after(30_000);
    await alerts.raise(backupFailed('shop-db'));
    await after(29_000);
    expect(notices()).toEqual([]);
    await after(1_000);
    expect(notices()).toHaveLength(1);
    expect(notices()[0]?.groups.map(({ code, count }) => [code, count])).toEqual([
      ['backup-failed', 1],
      ['retention-failed', 1],
    ]);
    await after(hour);
    expect(notices()).toHaveLength(1);
  });

  it('is one message for a hundred failures of one cause, and one more for those that follow', async () => {
    const { addWebhook, alerts, after, notices, receiver, clock } = await start();
    await addWebhook(receiver.url);
    await alerts.raise(destinationDead);
    for (let number = 0; number < 100; number++) {
      await alerts.raise(backupFailed(`db-${number}`, { cause: offsite }));
    }
    await after(minute);
    expect(notices()).toHaveLength(1);
    const [dead, failed] = notices()[0]?.groups ?? [];
    expect(dead).toMatchObject({ code: 'destination-unreachable', count: 1 });
    expect(failed).toMatchObject({ code: 'backup-failed', count: 100, cause: offsite });
    expect(failed?.alerts).toHaveLength(10);
    for (let number = 100; number < 130; number++) {
      await alerts.raise(backupFailed(`db-${number}`, { cause: offsite }));
      await after(minute);
    }
    expect(notices()).toHaveLength(1);
    await after(hour);
    expect(notices()).toHaveLength(2);
    expect(notices()[1]?.groups).toMatchObject([{ count: 30 }]);

    await alerts.resolve('destination-unreachable', offsite);
    for (let number = 0; number < 130; number++) {
      await alerts.resolve('backup-failed', { kind: 'source', id: `id-of-db-${number}` });
    }
    clock.advance(minute);
    await after(0);
    expect(notices()).toHaveLength(3);
    expect(notices()[2]?.groups).toMatchObject([
      { state: 'recovered', code: 'destination-unreachable' },
      { state: 'recovered', code: 'backup-failed', count: 130 },
    ]);
    expect(notices()[2]?.severity).toBe('info');
  });

  it('says that it is well again, once, and nothing of what was well before anybody was told', async () => {
    const { addWebhook, alerts, after, notices, receiver } = await start();
    await addWebhook(receiver.url);
    await alerts.raise(backupFailed('shop-db'));
    await after(minute);
    await alerts.raise(backupFailed('brief'));
    await after(10_000);
    await alerts.resolve('backup-failed', { kind: 'source', id: 'id-of-brief' });
    await after(3 * hour);
    await alerts.resolve('backup-failed', { kind: 'source', id: 'id-of-shop-db' });
    await after(minute);
    await after(hour);
    expect(
      notices().map(({ groups }) => groups.map(({ state, alerts: [alert] }) => [state, alert?.subject.name])),
    ).toEqual([[['raised', 'shop-db']], [['recovered', 'shop-db']]]);
  });

  it('is told again once a day while it is open, but not to who knows of it', async () => {
    const { addWebhook, alerts, after, notices, receiver } = await start();
    await addWebhook(receiver.url);
    await alerts.raise(backupFailed('shop-db'));
    await after(minute);
    for (let hours = 0; hours < 23; hours++) {
      await alerts.raise(backupFailed('shop-db'));
      await after(hour);
    }
    expect(notices()).toHaveLength(1);
    await after(hour);
    expect(notices()[1]?.groups).toMatchObject([{ state: 'reminder', alerts: [{ occurrences: 24 }] }]);
    const [open] = await alerts.list('open');
    const acknowledged = await alerts.acknowledge(open?.id ?? '', 'ada');
    expect(acknowledged.acknowledged).toMatchObject({ by: 'ada' });
    await after(48 * hour);
    expect(notices()).toHaveLength(2);
  });

  it('goes by what the channel carries', async () => {
    const { addWebhook, alerts, after, notices, receiver, environments } = await start();
    environments.push(
      { id: 'id-of-shop-db', environment: 'shop' },
      { id: 'id-of-blog-db', environment: 'blog' },
    );
    await addWebhook(receiver.url, { minSeverity: 'critical', environments: ['shop'], windowSeconds: 0 });
    await alerts.raise(backupFailed('blog-db'));
    await alerts.raise({ ...backupFailed('shop-db'), code: 'retention-failed' });
    await after(minute);
    expect(notices()).toEqual([]);
    await alerts.raise(backupFailed('shop-db'));
    await alerts.raise(destinationDead);
    await after(0);
    expect(notices()[0]?.groups.map(({ code }) => code)).toEqual([
      'backup-failed',
      'destination-unreachable',
    ]);
  });
});

describe('a message', () => {
  it('is tried again with growing pauses, and arrives with the same id', async () => {
    const { addWebhook, alerts, after, notices, receiver, isOpen, channels, logged } = await start();
    await addWebhook(`${receiver.url}/hook-secret-1`);
    receiver.behave(answers.broken);
    await alerts.raise(backupFailed('shop-db'));
    await after(minute);
    expect(await isOpen('channel-failing')).toBe(false);
    await after(30_000);
    expect(notices()).toHaveLength(1);
    await after(60_000);
    expect(notices()).toHaveLength(2);
    expect(await isOpen('channel-failing')).toBe(true);
    expect((await channels.list())[0]).toMatchObject({ waiting: 1, lastError: { code: 'channel-failed' } });
    receiver.behave(answers.ok);
    await after(10 * minute);
    expect(new Set(notices().map(({ id }) => id)).size).toBe(1);
    expect(notices()).toHaveLength(3);
    expect(await isOpen('channel-failing')).toBe(false);
    const [channel] = await channels.list();
    expect(channel).toMatchObject({ waiting: 0, givenUp: 0 });
    expect(channel?.lastError).toBeUndefined();
    expect(channel?.lastSuccess).toBeDefined();
    expect(logged.join()).not.toContain('hook-secret-1');
  });

  it('is given up after five attempts in about an hour, and one can see it', async () => {
    const { addWebhook, alerts, after, notices, receiver, channels } = await start();
    await addWebhook(receiver.url);
    receiver.behave(answers.broken);
    await alerts.raise(backupFailed('shop-db'));
    for (let minutes = 0; minutes < 80; minutes++) await after(minute);
    expect(notices()).toHaveLength(5);
    expect((await channels.list())[0]).toMatchObject({ waiting: 0, givenUp: 1 });
  });

  it('survives a restart, in the middle of an attempt, too', async () => {
    const { addWebhook, alerts, clock, notices, receiver, dispatcher, restart } = await start();
    await addWebhook(receiver.url);
    receiver.behave(answers.hang);
    await alerts.raise(backupFailed('shop-db'));
    clock.advance(minute);
    const looking = dispatcher.tick();
    await expect.poll(() => notices().length).toBe(1);
    await dispatcher.stop();
    await looking;
    receiver.behave(answers.ok);
    const { dispatcher: next } = restart();
    clock.advance(2 * minute);
    await next.tick();
    expect(notices()).toHaveLength(2);
    expect(notices()[1]?.id).toBe(notices()[0]?.id);
    clock.advance(hour);
    await next.tick();
    expect(notices()).toHaveLength(2);
  });

  it('is written once where two processes look at the same time', async () => {
    const { addWebhook, alerts, clock, notices, receiver, dispatcher, restart } = await start();
    await addWebhook(receiver.url);
    await alerts.raise(backupFailed('shop-db'));
    clock.advance(minute);
    await Promise.all([dispatcher.tick(), restart().dispatcher.tick()]);
    await dispatcher.tick();
    expect(notices()).toHaveLength(1);
  });
});

describe('a channel that fails', () => {
  it('holds up no other, and is told of by the others only', async () => {
    const { addWebhook, alerts, after, notices, receiver } = await start(2_000);
    const dead = await startReceiver();
    dead.behave(answers.hang);
    await addWebhook(dead.url, { name: 'dead' });
    await addWebhook(receiver.url, { name: 'good' });
    await alerts.raise(backupFailed('shop-db'));
    await after(minute);
    expect(notices()).toHaveLength(1);
    await after(2 * minute);
    await after(minute);
    expect(notices()[1]?.groups).toMatchObject([
      { code: 'channel-failing', alerts: [{ subject: { kind: 'channel', name: 'dead' } }] },
    ]);
    await after(20 * minute);
    expect(dead.received.every(({ body }) => !body.includes('channel-failing'))).toBe(true);
  });

  it('is quiet when it is switched off, and told what is open when it is switched on', async () => {
    const { addWebhook, alerts, after, notices, receiver, channels, isOpen } = await start();
    await addWebhook(receiver.url);
    receiver.behave(answers.broken);
    await alerts.raise(backupFailed('shop-db'));
    for (let minutes = 0; minutes < 4; minutes++) await after(minute);
    expect(await isOpen('channel-failing')).toBe(true);
    await channels.edit('hook', { enabled: false });
    expect(await isOpen('channel-failing')).toBe(false);
    receiver.behave(answers.ok);
    await alerts.raise(backupFailed('blog-db'));
    const before = notices().length;
    await after(hour);
    expect(notices()).toHaveLength(before);
    await channels.edit('hook', { enabled: true });
    await after(0);
    expect(notices().at(-1)?.groups).toMatchObject([{ alerts: [{ subject: { name: 'blog-db' } }] }]);
  });
});
