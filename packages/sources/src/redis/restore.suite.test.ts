import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { failOnLeakedContainers } from '../testing/index.ts';
import { connectServer } from './connect.ts';
import { portsOf, readLiveSettings, workName } from './live-settings.ts';
import { redisSource } from './redis-source.ts';
import { Stage } from './stage.ts';
import { type Product, untilAnswering } from './testing/redis-container.ts';
import { fill, readContent } from './testing/redis-content.ts';
import { openServer } from './testing/session.ts';

failOnLeakedContainers();
vi.setConfig({ testTimeout: 90_000 });

describe.each<[string, Product, string[]]>([
  ['Redis 7, append-only file on', 'redis', ['--appendonly', 'yes']],
  ['Redis 7, append-only file off', 'redis', ['--save', '3600 1']],
  ['Valkey 8, append-only file on', 'valkey', ['--appendonly', 'yes', '--save', '']],
])('%s', (_, product, command) => {
  it('serves the restored data after a restart, too, and reverts by exec', async () => {
    const { backUp, container, contextOf, locator, restore } = await openServer({ product, command }, 'exec');
    const client = await container.client();
    await fill(client);
    const before = await readContent(client);
    const snapshot = await backUp();
    await client.call('FLUSHALL');
    await client.call('SET', 'only', 'this');
    const report = await restore(snapshot);
    expect(report.warnings).toEqual([]);
    expect(await readContent(client)).toEqual(before);
    // Not by SIGTERM: the server would save once more.
    await container.container.kill();
    await container.container.start();
    await untilAnswering(container.client);
    const again = await container.client();
    expect(await readContent(again)).toEqual(before);
    await redisSource.revert?.(locator, report, contextOf());
    expect(await again.call('DBSIZE')).toBe(1);
    expect(await again.call('GET', 'only')).toBe('this');
    expect(await container.shell('ls /data')).not.toContain('before-');
    await again[Symbol.asyncDispose]();
  });
});

describe('clients of the server', () => {
  it('stay connected: who writes waits, and nothing is refused', async () => {
    const { backUp, container, restore } = await openServer();
    await using client = await container.client();
    await using writer = await container.client();
    await fill(client);
    const snapshot = await backUp();
    const stop = new AbortController();
    let writes = 0;
    const writing = (async () => {
      for (; !stop.signal.aborted; writes++) await writer.call('SET', 'written', writes);
    })();
    await restore(snapshot);
    await sleep(100);
    stop.abort();
    await writing;
    expect(await client.call('GET', 'written')).toBe(String(writes - 1));
  });
});

describe('keys that expire between backup and restore', () => {
  it('count as they did, and are gone soon after', async () => {
    const { backUp, container, restore } = await openServer();
    await using client = await container.client();
    await client.call('SET', 'stays', 1);
    for (let n = 0; n < 50; n++) await client.call('SET', `short ${n}`, n, 'PX', 3_000);
    const snapshot = await backUp();
    expect(snapshot.manifest.counts).toMatchObject({ 'db0/keys': 51, 'db0/expiring': 50, 'db0/expired': 0 });
    await client.call('FLUSHALL');
    await sleep(3_000);
    const report = await restore(snapshot);
    expect(report.verified).toEqual(snapshot.manifest.counts);
    await vi.waitFor(async () => expect(await client.call('DBSIZE')).toBe(1), 10_000);
  });
});

describe('a target that does not fit', () => {
  it('is refused when it is older, and what it holds serves on', async () => {
    const newer = await openServer({ product: 'valkey' });
    const older = await openServer({ product: 'redis' });
    await using source = await newer.container.client();
    await using target = await older.container.client();
    await source.call('SET', 'from', 'valkey');
    await target.call('SET', 'from', 'redis');
    const [fromNewer, fromOlder] = [await newer.backUp(), await older.backUp()];
    await expect(older.restore(fromNewer)).rejects.toMatchObject({ code: 'restore-target-older' });
    expect(await target.call('GET', 'from')).toBe('redis');
    await newer.restore(fromOlder);
    expect(await source.call('GET', 'from')).toBe('redis');
  });

  it('is refused when it has too few databases, too little memory, or a primary', async () => {
    const source = await openServer();
    await using client = await source.container.client();
    await client.call('SELECT', 12);
    await client.call('SET', 'big', 'x'.repeat(5_000_000));
    const snapshot = await source.backUp();
    const small = await openServer({ command: ['--databases', '4'] });
    await expect(small.restore(snapshot)).rejects.toMatchObject({ code: 'restore-target-incomplete' });
    await client.call('CONFIG', 'SET', 'maxmemory', '3mb');
    await expect(source.restore(snapshot)).rejects.toMatchObject({ code: 'restore-space' });
    await client.call('CONFIG', 'SET', 'maxmemory', 0);
    const used = Number(
      await source.container.shell(
        'cd /sys/fs/cgroup; cat memory.current 2>/dev/null || cat memory/memory.usage_in_bytes',
      ),
    );
    await source.container.container.update({ Memory: used + 3_000_000, MemorySwap: used + 3_000_000 });
    await expect(source.restore(snapshot)).rejects.toMatchObject({ code: 'restore-space' });
    await client.call('REPLICAOF', '127.0.0.1', 9);
    await expect(source.restore(snapshot)).rejects.toMatchObject({ code: 'restore-target-incomplete' });
  });
});

describe.each(['exec', 'direct'] as const)('a restore that dies, by %s', (dataPath) => {
  async function dying() {
    const session = await openServer({}, dataPath);
    const client = await session.container.client();
    await client.call('SET', 'old', 1);
    const snapshot = await session.backUp();
    const [reader] = snapshot.request('swap').parts;
    if (reader === undefined) throw new Error('the snapshot has no part');
    await client.call('SET', 'newer', 1);
    const context = session.contextOf();
    const connected = await connectServer(session.locator, context);
    const settings = await readLiveSettings(connected, context);
    const { stream, done } = await reader.stream();
    const stage = await Stage.load(connected, settings, { stream, done, bytes: reader.part.bytes }, context);
    await client.call('CLIENT', 'PAUSE', 60_000, 'WRITE');
    await stage.undoBy(['CLIENT', 'UNPAUSE']);
    await stage.undoBy(['REPLICAOF', 'NO', 'ONE']);
    await client.call('REPLICAOF', '127.0.0.1', portsOf(context.operationId)[0] ?? 0);
    return { ...session, client, context, stage };
  }

  it('leaves nothing behind: the server is its own again, with its data', async () => {
    const { client, container, stage } = await dying();
    await stage.abandon();
    expect(await client.call('SET', 'written', 1)).toBe('OK');
    expect(await client.call('INFO', 'replication')).toContain('role:master');
    expect(await client.call('EXISTS', 'old', 'newer')).toBe(2);
    expect(await container.processes()).toEqual([]);
    expect((await container.shell('ls /dev/shm')).trim()).toBe('');
    await client[Symbol.asyncDispose]();
  });

  it('is cleaned up after, even when its programs in the container were killed', async () => {
    const { client, container, context, contextOf, locator } = await dying();
    await container.shell(
      `for p in /proc/[0-9]*; do grep -qa 'bytes=.1' "$p/cmdline" && [ "$p" != "/proc/$$" ] && kill -9 "\${p#/proc/}"; done`,
    );
    await redisSource.cleanUp?.(locator, context.operationId, contextOf());
    await redisSource.cleanUp?.(locator, context.operationId, contextOf());
    expect(await client.call('SET', 'written', 1)).toBe('OK');
    expect(await client.call('INFO', 'replication')).toContain('role:master');
    expect(await container.shell('ls /dev/shm')).not.toContain(workName(context.operationId));
    await vi.waitFor(async () => expect(await container.processes()).toEqual([]), 5_000);
    await client[Symbol.asyncDispose]();
  });
});
