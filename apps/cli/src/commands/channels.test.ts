import { randomUUID } from 'node:crypto';
import type { Channel } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { anAlert } from '../testing/samples.ts';
import { runCommand } from '../testing/test-host.ts';

const channel: Channel = {
  id: randomUUID(),
  name: 'ops',
  kind: 'slack',
  target: 'https://hooks.example.com',
  enabled: true,
  minSeverity: 'critical',
  windowSeconds: 60,
  waiting: 2,
  givenUp: 1,
  lastError: { code: 'channel-refused', detail: 'No.', hint: 'Look.', time: '2026-11-22T10:00:00.000Z' },
};

describe('holdfast channels', () => {
  it('lists them, plain or as an array, and says when there is none', async () => {
    const routes = { 'GET /v1/channels': { body: { items: [channel] } } };
    const human = await runCommand(['channels'], { routes });
    expect(human.stdout).toMatch(
      /ops +slack +https:\/\/hooks\.example\.com +everything, critical or more +channel-refused/,
    );
    expect(human.stdout).toContain('2 waiting, 1 given up');
    const json = await runCommand(['channels', 'list', '--json'], { routes });
    expect(JSON.parse(json.stdout)).toEqual([channel]);
    const none = await runCommand(['channels'], { routes: { 'GET /v1/channels': { body: { items: [] } } } });
    expect(none.stdout).toContain('alerts reach nobody');
  });

  it('adds one, with the secret address from standard input', async () => {
    const routes = { 'POST /v1/channels': { status: 201, body: channel } };
    const add = ['channels', 'add', 'ops', '--kind', 'slack'];
    const run = await runCommand(
      [
        ...add,
        '--secret-stdin',
        'url',
        '--min-severity',
        'critical',
        '--code',
        'backup-failed',
        '--window',
        '5',
      ],
      { routes, input: 'https://hooks.example.com/s3cret\n' },
    );
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.body).toMatchObject({
      settings: { url: 'https://hooks.example.com/s3cret' },
      minSeverity: 'critical',
      codes: ['backup-failed'],
      windowSeconds: 5,
    });
    expect(run.stdout).not.toContain('s3cret');
    for (const wrong of [
      ['--set', 'url=https://x'],
      ['--code', 'nonsense'],
      ['--window', 'soon'],
    ]) {
      const refused = await runCommand([...add, ...wrong], { routes });
      expect(refused.exitCode).toBe(2);
      expect(refused.received).toEqual([]);
    }
  });

  it('changes only what is given', async () => {
    const routes = { 'PATCH /v1/channels/ops': { body: channel } };
    const run = await runCommand(['channels', 'edit', 'ops', '--disable'], { routes });
    expect(run.received[0]?.body).toEqual({ enabled: false });
    const both = await runCommand(['channels', 'edit', 'ops', '--disable', '--enable'], { routes });
    expect(both.exitCode).toBe(2);
  });

  it('tests one, and fails when it does not work', async () => {
    const error = { code: 'channel-refused', detail: 'It answers 404.', hint: 'Check it.' };
    const body = { ok: false, detail: error.detail, error };
    const failed = await runCommand(['channels', 'test', 'ops'], {
      routes: { 'POST /v1/channels/ops/test': { body } },
    });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain('Error [channel-refused]: It answers 404.');
    const ok = await runCommand(['channels', 'test', 'ops'], {
      routes: { 'POST /v1/channels/ops/test': { body: { ok: true, detail: 'It answered 200.' } } },
    });
    expect(ok).toMatchObject({ exitCode: 0, stdout: 'It answered 200.\n' });
  });

  it('removes one', async () => {
    const run = await runCommand(['channels', 'remove', 'ops'], {
      routes: { 'DELETE /v1/channels/ops': { status: 204 } },
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: 'Removed ops.\n' });
  });
});

describe('holdfast alerts acknowledge', () => {
  it('says that there are no more reminders', async () => {
    const alert = anAlert({ acknowledged: { by: 'ada', time: '2026-11-22T10:00:00.000Z' } });
    const run = await runCommand(['alerts', 'acknowledge', alert.id], {
      routes: { [`POST /v1/alerts/${alert.id}/acknowledge`]: { body: alert } },
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No more reminders') });
  });
});
