import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDestination } from '../registry.ts';
import { destinationSuite } from '../testing/destination-suite.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-local-suite-'));
await chmod(folder, 0o755);
const mountKeepers: ChildProcess[] = [];
let count = 0;

function unusedPath(): string {
  count += 1;
  return path.join(folder, `place ${count}`);
}

/**
 * Mounts a file system that only this test sees: inside the mount namespace of a process that ends with this one,
 * reached through that process's root. `prepare` is shell, run inside the new file system.
 */
async function privateMount(prepare: string): Promise<string> {
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const script = `mount -t tmpfs -o size=256k tmpfs /mnt && cd /mnt && ${prepare} && echo ready && exec cat`;
  const keeper = spawn('unshare', [...namespace, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  mountKeepers.push(keeper);
  await Promise.race([
    once(keeper.stdout, 'data'),
    once(keeper, 'exit').then(() => Promise.reject(new Error('the mount could not be made'))),
  ]);
  return `/proc/${keeper.pid}/root/mnt`;
}

/** Root may do anything: such tests run as nobody then. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

destinationSuite({
  kind: 'local',
  freshSettings: async () => ({ path: unusedPath() }),
  longList: 1005,
  async cleanUp() {
    for (const keeper of mountKeepers) {
      keeper.stdin?.end();
      if (keeper.exitCode === null) await once(keeper, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  },
  faults: [
    {
      name: 'the folder above is missing (a disk that is not mounted)',
      settings: async () => ({ path: path.join(unusedPath(), 'below') }),
      code: 'destination-folder-missing',
      detail: /does not exist/,
    },
    {
      name: 'a file instead of a folder',
      async settings() {
        const file = unusedPath();
        await writeFile(file, '');
        return { path: file };
      },
      code: 'destination-folder-invalid',
      detail: /is not a folder/,
    },
    {
      name: 'a file above the folder',
      async settings() {
        const file = unusedPath();
        await writeFile(file, '');
        return { path: path.join(file, 'below') };
      },
      code: 'destination-folder-invalid',
      detail: /is not a folder/,
    },
    {
      name: 'symbolic links in a circle',
      async settings() {
        const link = unusedPath();
        await symlink(link, link);
        return { path: link };
      },
      code: 'destination-folder-invalid',
      detail: /symbolic links/,
    },
    {
      name: 'a read-only mount, the folder is there',
      settings: async () => ({ path: await privateMount('mount -o remount,ro /mnt') }),
      code: 'destination-read-only',
      detail: /mounted read-only/,
    },
    {
      name: 'a read-only mount, the folder is to be made',
      settings: async () => ({ path: path.join(await privateMount('mount -o remount,ro /mnt'), 'below') }),
      code: 'destination-read-only',
      detail: /mounted read-only/,
    },
    {
      name: 'a full disk',
      settings: async () => ({
        path: await privateMount('{ cat /dev/zero > filling 2>/dev/null || true; }'),
      }),
      code: 'destination-full',
      detail: /full disk/,
    },
  ],
});

describe('a local destination', () => {
  test('that this user may not write to says so, and which user has to be let in', async () => {
    const place = unusedPath();
    await mkdir(place);
    await chmod(place, 0o555);
    const destination = openDestination('local', { path: place });
    const result = await asOrdinaryUser(() => destination.probe());
    expect(result.error).toMatchObject({
      code: 'destination-forbidden',
      hint: expect.stringMatching(/user/),
    });
    await chmod(place, 0o755);
  });

  test('that this user may not make says so', async () => {
    const above = unusedPath();
    await mkdir(above);
    await chmod(above, 0o555);
    const destination = openDestination('local', { path: path.join(above, 'below') });
    expect((await asOrdinaryUser(() => destination.probe())).error).toMatchObject({
      code: 'destination-forbidden',
    });
    await chmod(above, 0o755);
  });

  test('that belongs to an ordinary user works for them', async () => {
    const place = unusedPath();
    await mkdir(place);
    if (process.getuid?.() === 0) await chown(place, 65534, 65534);
    const destination = openDestination('local', { path: place });
    expect(await asOrdinaryUser(() => destination.probe())).toMatchObject({ ok: true });
  });

  test('keeps what it makes from other users', async () => {
    const place = unusedPath();
    const destination = openDestination('local', { path: place });
    await destination.objects().put('keys/one', Buffer.from('x'));
    const modeOf = async (...below: string[]) => (await stat(path.join(place, ...below))).mode & 0o777;
    expect([await modeOf(), await modeOf('keys'), await modeOf('keys', 'one')]).toEqual([
      0o700, 0o700, 0o600,
    ]);
  });

  test('is not made, nor anything above it, when the probe fails', async () => {
    const missing = unusedPath();
    await openDestination('local', { path: path.join(missing, 'below') }).probe();
    await expect(stat(missing)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('shows no object of which the writing failed, and keeps no remains of it', async () => {
    const place = await privateMount('true');
    const destination = openDestination('local', { path: place });
    await destination.objects().put('key', Buffer.from('before'));
    await expect(destination.objects().put('key', Buffer.alloc(1_000_000))).rejects.toMatchObject({
      code: 'destination-full',
    });
    expect(Buffer.from(await destination.objects().get('key')).toString()).toBe('before');
    expect(await readdir(place)).toEqual(['key']);
  });

  test('in memory, with little space, is warned of', async () => {
    const result = await openDestination('local', { path: await privateMount('true') }).probe();
    expect(result.ok).toBe(true);
    expect(result.warnings).toEqual([
      expect.stringMatching(/in memory/),
      expect.stringMatching(/Little space is left/),
    ]);
  });
});
