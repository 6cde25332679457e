import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runProcess } from '@holdfast/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { standIn } from '../testing/stand-in.ts';
import { openCommitGate } from './commit-gate.ts';

let folder = '';
let result = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-gate-'));
  result = path.join(folder, 'result');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function open(script = standIn) {
  return openCommitGate({
    program: 'sh',
    arguments: ['-c', script, 'sh', result],
    stdout: { onLine: () => {} },
  });
}

/** Every process that names the test's folder or was started in it. */
async function processes(): Promise<{ pid: number; words: string[] }[]> {
  const found = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (pid === process.pid || ![...words, cwd].some((word) => word.includes(folder))) continue;
    found.push({ pid, words });
  }
  return found;
}

async function noneLeft(): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await processes()).length > 0) {
    if (Date.now() > deadline) throw new Error(`Left over: ${JSON.stringify(await processes())}`);
    await sleep(20);
  }
}

async function pidOf(role: 'guard' | 'program'): Promise<number> {
  const found = (await processes()).find(
    ({ words }) => words.includes('holdfast-gate') === (role === 'guard'),
  );
  if (found === undefined) throw new Error(`There is no ${role}.`);
  return found.pid;
}

function produce(descriptor: number, bytes: number) {
  return runProcess({ program: 'head', arguments: ['-c', `${bytes}`, '/dev/zero'], stdout: { descriptor } });
}

describe('the commit gate', () => {
  test('commit: the program sees the end, after all of the data', async () => {
    const gate = await open();
    await produce(gate.descriptor, 3_000_000);
    expect(existsSync(result)).toBe(false);
    expect(await gate.commit()).toMatchObject({ exitCode: 0 });
    expect((await stat(result)).size).toBe(3_000_000);
    await noneLeft();
  });

  test('commit waits for a child that still writes', async () => {
    const gate = await open();
    const slow = runProcess({
      program: 'sh',
      arguments: ['-c', 'sleep 0.5; printf end'],
      stdout: { descriptor: gate.descriptor },
    });
    await sleep(100);
    await gate.commit();
    await slow;
    expect(await readFile(result, 'utf8')).toBe('end');
  });

  test('abort: the program never sees the end', async () => {
    const gate = await open();
    await produce(gate.descriptor, 1000);
    await gate.abort();
    expect(existsSync(result)).toBe(false);
    await noneLeft();
  });

  test('abort ends a program that ignores SIGTERM', async () => {
    const gate = await open(`trap '' TERM; ${standIn}`);
    await produce(gate.descriptor, 1000);
    await gate.abort();
    expect(existsSync(result)).toBe(false);
    await noneLeft();
  });

  test('a program that ends by itself is noticed, and its exit code kept', async () => {
    const gate = await open('head -c 1000 >/dev/null; echo words >&2; exit 7');
    await produce(gate.descriptor, 1000);
    await gate.endedEarly;
    expect(await gate.abort()).toMatchObject({ exitCode: 7, stderrTail: 'words\n' });
    await noneLeft();
  });

  test('a producer whose program is gone gets a broken pipe', async () => {
    const gate = await open('head -c 1000 >/dev/null');
    expect(await produce(gate.descriptor, 1e12)).toMatchObject({ signal: 'SIGPIPE' });
    await gate.abort();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'the guard gets %s: noticed, and nothing is made',
    async (signal) => {
      const gate = await open();
      await produce(gate.descriptor, 1000);
      process.kill(await pidOf('guard'), signal);
      await gate.endedEarly;
      await gate.abort();
      expect(existsSync(result)).toBe(false);
      await noneLeft();
    },
  );

  test.each(['SIGKILL', 'SIGTERM'] as const)('the whole group gets %s: nothing is made', async (signal) => {
    const gate = await open();
    await produce(gate.descriptor, 1000);
    process.kill(-(await pidOf('guard')), signal);
    await gate.endedEarly;
    await gate.abort();
    expect(existsSync(result)).toBe(false);
    await noneLeft();
  });

  test('the program is killed: noticed, and nothing is made', async () => {
    const gate = await open();
    await produce(gate.descriptor, 1000);
    process.kill(await pidOf('program'), 'SIGKILL');
    await gate.endedEarly;
    await gate.abort();
    expect(existsSync(result)).toBe(false);
    await noneLeft();
  });

  test('a guard that dies after the commit is an error, not a success', async () => {
    const gate = await open('cat >/dev/null; sleep 30');
    const guard = await pidOf('guard');
    const committed = gate.commit();
    await sleep(200);
    process.kill(guard, 'SIGKILL');
    expect(await committed).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' });
    await noneLeft();
  });

  test('a program that is not there', async () => {
    const gate = await openCommitGate({ program: path.join(folder, 'missing'), arguments: [] });
    await gate.endedEarly;
    expect(await gate.abort()).toMatchObject({ exitCode: 127 });
  });

  test('no descriptor stays open in this process', async () => {
    const descriptors = async () => (await readdir('/proc/self/fd')).length;
    await (await open()).abort();
    const before = await descriptors();
    for (let round = 0; round < 3; round++) {
      await (await open('exit 1')).abort();
      await (await open('cat >/dev/null')).commit();
    }
    expect(await descriptors()).toBeLessThanOrEqual(before);
  });
});

describe('when Holdfast itself gets SIGKILL', () => {
  const program = fileURLToPath(new URL('../testing/gate-child.ts', import.meta.url));
  const gates = 8;

  /** Kills it a little after it has said a word for the first, or the last, of its gates. */
  async function startAndKill(bytes: number, word: string, times: number, spreadMs: number): Promise<void> {
    const child = spawn(process.execPath, [program, folder, `${bytes}`, `${gates}`], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    while (output.split(word).length <= times) {
      if (child.exitCode !== null) throw new Error(`gate-child ended: ${output}`);
      await sleep(1);
    }
    await sleep(Math.random() * spreadMs);
    child.kill('SIGKILL');
  }

  test.each([
    ['in the middle of endless streams', 1e12, 'started', 1, 80],
    ['while short streams pass and end', 2_000_000, 'started', 4, 60],
    ['at the very end of the data, before the commit', 2_000_000, 'produced', gates, 3],
  ])(
    '%s, at random moments: nothing is ever made',
    async (_, bytes, word, times, spreadMs) => {
      for (let round = 0; round < 3; round++) await startAndKill(bytes, word, times, spreadMs);
      await noneLeft();
      expect((await readdir(folder)).filter((name) => !name.endsWith('.part'))).toEqual([]);
    },
    60_000,
  );
});
