import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { failOnLeakedContainers } from '../testing/index.ts';
import { redisSource } from './redis-source.ts';
import { openServer } from './testing/session.ts';

failOnLeakedContainers();
vi.setConfig({ testTimeout: 60_000 });

describe('credentials', () => {
  it.each(['auto', 'exec'] as const)(
    'uses the password of the command, by %s, and never as an argument',
    async (dataPath) => {
      const password = 'it\'s "$(secret)" \\ `here`';
      const { backUp, container } = await openServer(
        { command: ['--requirepass', password], password },
        dataPath,
      );
      await using client = await container.client();
      await client.call('SET', 'a', 'b');
      const seen: string[] = [];
      const looking = (async () => {
        for (let look = 0; look < 5; look++) seen.push(...(await container.processes()));
      })();
      expect((await backUp()).manifest.counts).toMatchObject({ keys: 1 });
      await looking;
      expect(seen.filter((line) => line.includes('secret'))).toEqual([]);
    },
  );

  it('says what it looked for where there is no password, and that one is wrong', async () => {
    const { backUp, container } = await openServer({ environment: { REDIS_PASSWORD: 'an old one' } });
    const unnamed = await openServer();
    for (const { client } of [container, unnamed.container]) {
      await using opened = await client();
      await opened.call('CONFIG', 'SET', 'requirepass', 'changed since');
    }
    await expect(backUp()).rejects.toMatchObject({ code: 'credentials-rejected' });
    await expect(unnamed.backUp()).rejects.toMatchObject({
      code: 'credentials-missing',
      message: expect.stringMatching(/--requirepass.*REDIS_PASSWORD.*VALKEY_PASSWORD/),
      hint: expect.stringContaining('holdfast.redis.password-env'),
    });
  });

  it('uses a user and a password that labels name, and needs no more than INFO and SYNC', async () => {
    const { backUp, container } = await openServer({
      environment: { BACKUP_SECRET: 'of the backup' },
      labels: { 'holdfast.redis.user': 'keeper', 'holdfast.redis.password-env': 'BACKUP_SECRET' },
      connect: false,
    });
    await vi.waitFor(async () => expect(await container.shell('redis-cli ping')).toContain('PONG'), 10_000);
    await container.shell(
      'redis-cli set a b; redis-cli acl setuser keeper on "#$(printf "of the backup" | sha256sum | cut -d" " -f1)" +info +sync +psync +replconf; redis-cli acl setuser default off',
    );
    expect((await backUp()).manifest.counts).toMatchObject({ keys: 1 });
  });

  it('is let in by a server in protected mode, which refuses everybody from elsewhere', async () => {
    const { backUp, container } = await openServer({ command: ['--protected-mode', 'yes'], connect: false });
    await vi.waitFor(async () => expect(await container.shell('redis-cli ping')).toContain('PONG'), 10_000);
    await expect(
      (async () => {
        await using client = await container.client();
        return await client.call('PING');
      })(),
    ).rejects.toThrow(/DENIED|closed/);
    expect((await backUp()).manifest.counts).toMatchObject({ keys: 0 });
  });
});

describe('a server that cannot give its data', () => {
  it('says so when the system lets it make no process', async () => {
    // What the server itself needs, and none for a child; Holdfast's own programs run outside this limit.
    const { backUp, container } = await openServer({ product: 'redis' }, 'direct');
    const threads = Number((await container.shell('ls /proc/1/task | wc -l')).trim());
    await container.container.update({ PidsLimit: threads });
    await expect(backUp()).rejects.toMatchObject({
      code: 'dump-failed',
      message: expect.stringContaining('fork'),
      hint: expect.stringContaining('overcommit_memory'),
    });
    await container.container.update({ PidsLimit: 100 });
    expect((await backUp()).manifest.counts).toMatchObject({ keys: 0 });
  });

  it('says so when it is killed midway, and leaves no part', async () => {
    const { backUp, container } = await openServer({ command: ['--rdb-key-save-delay', '2000'] });
    await using client = await container.client();
    for (let n = 0; n < 3000; n++) void client.call('SET', `key ${n}`, 'x'.repeat(500)).catch(() => {});
    await client.call('PING');
    const failed = expect(backUp()).rejects.toMatchObject({ code: 'container-lost' });
    await sleep(1_500);
    await container.container.kill();
    await failed;
  });

  it('says so when it is a replica that has lost its primary', async () => {
    const { backUp, container } = await openServer();
    await using client = await container.client();
    await client.call('REPLICAOF', '127.0.0.1', 9);
    await expect(backUp()).rejects.toMatchObject({
      code: 'dump-failed',
      hint: expect.stringContaining('primary'),
    });
  });

  it('says so when its command for copies was taken away', async () => {
    const { backUp } = await openServer({ command: ['--rename-command', 'SYNC', ''] });
    await expect(backUp()).rejects.toMatchObject({
      code: 'dump-failed',
      hint: expect.stringContaining('SYNC'),
    });
  });

  it('says so when it is still loading', async () => {
    const { backUp, container, locator, contextOf } = await openServer({
      command: [
        '--key-load-delay',
        '1000',
        '--loading-process-events-interval-bytes',
        '1024',
        '--save',
        '1 1',
      ],
    });
    await using client = await container.client();
    await Promise.all(Array.from({ length: 20_000 }, (_, n) => client.call('SET', `key ${n}`, n)));
    await client.call('SAVE');
    await container.container.restart({ t: 5 });
    await expect(backUp()).rejects.toMatchObject({
      code: 'dump-failed',
      hint: expect.stringContaining('loading'),
    });
    // Nor is it a reason for the clean-up of a dead operation to fail.
    await redisSource.cleanUp?.(locator, 'some-operation', contextOf()).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'dump-failed' });
    });
  });
});
