import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakeContainer } from './testing/fake-docker.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { startTestServer } from './testing/test-server.ts';

/** A disk of its own, of 4 MiB, where the tests may mount one. */
async function smallDisk(): Promise<string | undefined> {
  const folder = path.join(await temporaryFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'holdfast-test', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  return folder;
}

function fill(folder: string): string {
  const file = path.join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(file, Buffer.alloc(bavail * bsize));
  return file;
}

function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// In CI a disk that cannot be mounted is a failure, not a reason to look away.
describe.runIf(mayMount() || process.env['CI'] === 'true')('a full disk under the data directory', () => {
  it('refuses work in its own words, and goes on when there is room again', async () => {
    const dataDirectory = await smallDisk();
    if (dataDirectory === undefined) throw new Error('no disk could be mounted');
    const { api, ended, docker, source } = await startTestServer({ dataDirectory });
    docker.containers = [fakeContainer('db', { labels: { 'memory.key': 'db' } })];
    source.content.set('db', new Map([['/db.dump', 'content']]));
    expect(await ended(await api('POST', '/v1/backups', { all: true }))).toMatchObject({
      state: 'succeeded',
    });

    const ballast = fill(dataDirectory);
    let answer = await api('POST', '/v1/backups', { all: true });
    // The write-ahead log may have room for one more.
    for (let tries = 0; answer.status === 202 && tries < 50; tries += 1) {
      answer = await api('POST', '/v1/backups', { all: true });
    }
    expect(answer).toMatchObject({ status: 507, body: { code: 'data-directory-full' } });

    rmSync(ballast);
    await expect
      .poll(async () => {
        const again = await api('POST', '/v1/backups', { names: ['db'] });
        return again.status === 202 && (await ended(again)).state;
      })
      .toBe('succeeded');
  }, 60_000);

  it('stops a start that has no room', async () => {
    const dataDirectory = await smallDisk();
    if (dataDirectory === undefined) throw new Error('no disk could be mounted');
    fill(dataDirectory);
    await expect(startTestServer({ dataDirectory })).rejects.toMatchObject({ code: 'data-directory-full' });
  });
});
