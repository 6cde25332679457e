import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyStatusSchema, recoveryKitSchema } from '@holdfast/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { localRepository, stockRestic, teamKey } from '../support/stock-restic.ts';

/** Whenever Holdfast dies while it changes a key: every repository opens with what it holds, and the next run ends it. */

/** More of them with `npm run test:kills`. */
const rounds = Number(process.env['HOLDFAST_KILL_ROUNDS'] ?? 3);
const sources = ['one', 'two'];

let folder: string;
let holdfast: Holdfast;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-key-faults-'));
  holdfast = await freshHoldfast('no-container-has-this-name');
  for (const name of sources) {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'file'), `content of ${name}`);
    await succeed('sources', 'add', 'directory', path.join(folder, name), '--name', name);
  }
  await succeed('backup', ...sources);
});
afterAll(async () => {
  await holdfast?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function succeed(...args: string[]): Promise<number> {
  const started = performance.now();
  const { exitCode, stderr } = await holdfast.run(...args);
  expect(exitCode, `${args.join(' ')}: ${stderr}`).toBe(0);
  return performance.now() - started;
}

/** Starts a command and kills it at some moment of its life. @returns whether it was still at work */
async function killWithin(milliseconds: number, ...args: string[]): Promise<boolean> {
  const running = holdfast.start(...args);
  await Promise.race([sleep(milliseconds), running.outcome]);
  running.kill('SIGKILL');
  return (await running.outcome).exitCode !== 0;
}

/** By what the kit says, with stock restic. */
async function expectAllOpen(): Promise<void> {
  const kit = recoveryKitSchema.parse((await holdfast.json('key', 'show-kit')).answer);
  expect(kit.repositories).toHaveLength(sources.length);
  for (const { repository, password = kit.password } of kit.repositories) {
    await stockRestic(repository, password, ['snapshots', '--no-lock']);
  }
}

test(`kill -9 in a rotation of the team key, ${rounds} times`, async () => {
  const first = await teamKey(holdfast);
  const wholeMs = await succeed('key', 'rotate');
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    if (await killWithin(wholeMs * (0.1 + 0.9 * Math.random()), 'key', 'rotate')) killed += 1;
    await expectAllOpen();
  }
  expect(killed).toBeGreaterThan(0);
  const before = await teamKey(holdfast);
  await succeed('key', 'rotate');
  if ((await teamKey(holdfast)) === before) await succeed('key', 'rotate');
  const status = keyStatusSchema.parse((await holdfast.json('key', 'status')).answer);
  expect(status.rotation).toBeUndefined();
  expect(status.repositories.map(({ state }) => state)).toEqual(sources.map(() => 'current'));

  const now = await teamKey(holdfast);
  for (const source of sources) {
    const repository = localRepository(holdfast, source);
    await stockRestic(repository, now, ['check', '--no-lock']);
    for (const old of [first, before]) {
      await expect(stockRestic(repository, old, ['snapshots', '--no-lock'])).rejects.toThrow(
        /wrong password/,
      );
    }
    // The team key and the machine key; nothing of the attempts that died.
    const keys: unknown = JSON.parse(
      await stockRestic(repository, now, ['key', 'list', '--json', '--no-lock']),
    );
    expect(keys).toHaveLength(2);
  }
  await succeed('backup', ...sources);
}, 1_800_000);

test(`kill -9 in a change of the master key, ${rounds} times`, async () => {
  const key = await teamKey(holdfast);
  const dotEnv = () => readFile(path.join(holdfast.dataDirectory, '.env'), 'utf8');
  const first = await dotEnv();
  const wholeMs = await succeed('key', 'rotate', '--master');
  for (let round = 0; round < rounds; round++) {
    await killWithin(wholeMs * (0.2 + 0.8 * Math.random()), 'key', 'rotate', '--master');
    expect(await teamKey(holdfast)).toBe(key);
    expect(await dotEnv()).not.toContain('HOLDFAST_MASTER_KEY_PREVIOUS');
  }
  expect(await dotEnv()).not.toBe(first);
  await succeed('backup', ...sources);
}, 1_800_000);
