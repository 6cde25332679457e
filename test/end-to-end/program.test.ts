import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freshHoldfast, type Holdfast, type Running } from '../support/holdfast.ts';

/** No container has such a name: these tests are about the program itself. */
const noContainers = 'holdfast-program-test-none';
const program = path.join(import.meta.dirname, '..', '..', 'bin', 'holdfast');

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folderWith(bytes: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-program-'));
  folders.push(folder);
  await mkdir(path.join(folder, 'files'));
  for (let index = 0; index < 4; index++) {
    await writeFile(path.join(folder, 'files', `${index}`), crypto.getRandomValues(Buffer.alloc(1024)));
    for (let written = 0; written < bytes / 4; written += 65_536) {
      const chunk = crypto.getRandomValues(Buffer.alloc(65_536));
      await writeFile(path.join(folder, 'files', `${index}`), chunk, { flag: 'a' });
    }
  }
  return path.join(folder, 'files');
}

async function declare(holdfast: Holdfast, bytes = 0): Promise<void> {
  const added = await holdfast.run('sources', 'add', 'directory', await folderWith(bytes), '--name', 'files');
  expect(added).toMatchObject({ exitCode: 0 });
}

async function serving(holdfast: Holdfast): Promise<Running> {
  const server = holdfast.start('serve', '--port', '0');
  for (let attempt = 0; attempt < 300; attempt++) {
    if (existsSync(path.join(holdfast.dataDirectory, 'holdfast.sock'))) return server;
    await delay(100);
  }
  throw new Error(`serve did not start: ${(await server.outcome).stderr}`);
}

/** Until restic has stored the first data of the source `files`. */
async function firstPack({ dataDirectory }: Holdfast): Promise<void> {
  const data = path.join(dataDirectory, 'destinations', 'local', 'restic', 'files', 'data');
  for (let attempt = 0; attempt < 1200; attempt++) {
    const entries = existsSync(data) ? await readdir(data, { recursive: true, withFileTypes: true }) : [];
    if (entries.some((entry) => entry.isFile())) return;
    await delay(25);
  }
  throw new Error('restic stored nothing.');
}

describe('the program', () => {
  it('does the work itself where no server runs, and leaves nothing running', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    await declare(holdfast);
    const { exitCode, answer } = await holdfast.json('backup', 'files');
    expect(exitCode).toBe(0);
    expect(answer).toMatchObject({ state: 'succeeded', items: [{ source: 'files', kind: 'directory' }] });
    const again = await holdfast.json('snapshots', 'files');
    expect(again.answer).toHaveLength(1);
    // What was started for the command ended with it.
    expect(existsSync(path.join(holdfast.dataDirectory, 'holdfast.sock'))).toBe(false);
  });

  it('lets several commands at once share a data directory', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    await declare(holdfast);
    const all = await Promise.all([
      holdfast.json('backup', 'files'),
      holdfast.json('sources'),
      holdfast.json('destinations'),
      holdfast.json('snapshots'),
    ]);
    for (const { exitCode, answer } of all) expect(exitCode, JSON.stringify(answer)).toBe(0);
  });

  it('goes to the server that runs, and works again after that one was killed', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    await declare(holdfast);
    const server = await serving(holdfast);
    const detached = await holdfast.json('backup', 'files', '--detach');
    expect(detached).toMatchObject({ exitCode: 0, answer: { items: [] } });
    const { operationId } = detached.answer as { operationId: string };
    const followed = await holdfast.json('operations', '--follow', operationId);
    expect(followed).toMatchObject({ exitCode: 0, answer: { id: operationId, state: 'succeeded' } });
    server.kill('SIGKILL');
    await server.outcome;
    expect(existsSync(path.join(holdfast.dataDirectory, 'holdfast.sock'))).toBe(true);
    expect((await holdfast.json('snapshots')).answer).toHaveLength(1);
  });

  it('cancels on Ctrl-C, and leaves no snapshot', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    await declare(holdfast, 400 * 1024 * 1024);
    const running = spawn(program, ['backup', 'files', '--json'], {
      env: { ...holdfast.environment },
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    running.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    running.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    await firstPack(holdfast);
    // As a terminal does: to every process of the group, restic among them.
    process.kill(-(running.pid ?? 0), 'SIGINT');
    const exitCode = await new Promise((resolve) => running.once('close', resolve));
    expect(stderr).toContain('Cancelling.');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'cancelled' });
    expect((await holdfast.json('snapshots')).answer).toEqual([]);
  });

  it('refuses a restore that nobody confirmed', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    await declare(holdfast);
    await holdfast.run('backup', 'files');
    const refused = await holdfast.json('restore', 'files');
    expect(refused).toMatchObject({ exitCode: 5, answer: { code: 'confirmation-required' } });
  });

  it('names the file when it may not read the token of the running server', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    const server = await serving(holdfast);
    const token = path.join(holdfast.dataDirectory, 'holdfast.token');
    const held = await readFile(token, 'utf8');
    await rm(token);
    const without = await holdfast.json('sources');
    expect(without).toMatchObject({ exitCode: 5, answer: { code: 'unauthorised' } });
    await writeFile(token, `${held.trim().slice(1)}x\n`);
    expect(await holdfast.json('sources')).toMatchObject({ exitCode: 5, answer: { code: 'unauthorised' } });
    server.kill('SIGTERM');
    expect(await server.outcome).toMatchObject({ exitCode: 0 });
  });

  it('goes on serving when nobody reads its log any more', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    await declare(holdfast);
    const server = await serving(holdfast);
    server.deafen();
    for (let round = 0; round < 2; round += 1) {
      expect(await holdfast.json('backup', 'files')).toMatchObject({ exitCode: 0 });
    }
    server.kill('SIGTERM');
    expect(await server.outcome).toMatchObject({ exitCode: 0 });
  });

  it('does not mind a reader that goes away', async () => {
    await using holdfast = await freshHoldfast(noContainers);
    const child = spawn(program, ['--help'], {
      env: { ...holdfast.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(stderr).toBe('');
  });
});
