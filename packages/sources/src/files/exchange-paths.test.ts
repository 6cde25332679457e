import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { exchangePaths, planMoves, takeBackPaths, willFill } from './exchange-paths.ts';
import { exists } from './previous-name.ts';

/** A tree, and new content for some of it: `a` and `deep/er/b` are replaced, `gone/c` comes back, `stays` stays. */
async function scene() {
  const parent = await temporaryFolder();
  const place = (name: string) => path.join(parent, name);
  const [target, fresh, previous, intentFile] = ['data', 'fresh', 'previous', 'intent.json'].map(place) as [
    string,
    string,
    string,
    string,
  ];
  await willFill(intentFile, fresh);
  const write = async (folder: string, files: readonly string[], content: string) => {
    for (const file of files) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), content);
    }
  };
  await write(target, ['a', 'deep/er/b', 'deep/stays', 'stays'], 'old');
  await write(fresh, ['a', 'deep/er/b', 'gone/c'], 'new');
  await mkdir(previous);
  const paths = ['/a', '/deep/er', '/gone/c'];
  const places = { target, fresh, previous, ownPrevious: true };
  return {
    target,
    fresh,
    previous,
    intentFile,
    paths,
    exchange: async () => exchangePaths(intentFile, places, await planMoves(target, paths)),
    places,
    read: () => readTree(target),
    readPrevious: () => readTree(previous),
  };
}

async function readTree(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.relative(folder, file)] = await readFile(file, 'utf8');
  }
  return found;
}

const before = { a: 'old', 'deep/er/b': 'old', 'deep/stays': 'old', stays: 'old' };
const after = { a: 'new', 'deep/er/b': 'new', 'deep/stays': 'old', 'gone/c': 'new', stays: 'old' };

it('brings in what was chosen, keeps what it replaces, and leaves the rest', async () => {
  const { exchange, read, readPrevious, intentFile } = await scene();
  await exchange();
  expect(await read()).toEqual(after);
  expect(await readPrevious()).toEqual({ a: 'old', 'deep/er/b': 'old' });
  expect(await takeBackPaths(intentFile)).toEqual([]);
  expect(await read()).toEqual(after);
});

it('does not go through a link, which an application could have laid', async () => {
  const { target, exchange, read } = await scene();
  const elsewhere = await temporaryFolder();
  await rm(path.join(target, 'deep'), { recursive: true });
  await symlink(elsewhere, path.join(target, 'deep'));
  await expect(exchange()).rejects.toMatchObject({ code: 'restore-blocked' });
  expect(await readdir(elsewhere)).toEqual([]);
  expect((await read())['a']).toBe('old');
});

it('replaces a link that was chosen itself', async () => {
  const { target, exchange, read } = await scene();
  const elsewhere = path.join(await temporaryFolder(), 'file');
  await writeFile(elsewhere, 'of somebody else');
  await rm(path.join(target, 'a'));
  await symlink(elsewhere, path.join(target, 'a'));
  await exchange();
  expect(await read()).toEqual(after);
  expect(await readFile(elsewhere, 'utf8')).toBe('of somebody else');
});

it('is taken back when a step fails', async () => {
  const { fresh, exchange, read, places } = await scene();
  await rm(path.join(fresh, 'deep'), { recursive: true });
  await expect(exchange()).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await read()).toEqual(before);
  expect(await exists(places.previous)).toBe(false);
});

describe('after a crash', () => {
  /** As the process leaves it that dies after so many renames. */
  async function crash(renames: number) {
    const made = await scene();
    const { target, fresh, previous, intentFile, places, paths } = made;
    const moves = await planMoves(target, paths);
    await writeFile(intentFile, JSON.stringify({ fresh, exchange: { ...places, moves } }));
    const steps: (() => Promise<void>)[] = moves.flatMap((move) => [
      ...(move.replaces
        ? [
            async () => {
              const kept = path.join(previous, move.path);
              await mkdir(path.dirname(kept), { recursive: true });
              await rename(path.join(target, move.path), kept);
            },
          ]
        : []),
      () => rename(path.join(fresh, move.path), path.join(target, move.path)),
    ]);
    for (const step of steps.slice(0, renames)) await step();
    return { ...made, all: steps.length };
  }

  it.each([0, 1, 2, 3, 4, 5])('at rename %i everything is as before', async (renames) => {
    const { all, intentFile, read, fresh, previous } = await crash(renames);
    expect(all).toBe(5);
    expect((await takeBackPaths(intentFile)).join()).toContain('was taken back');
    expect(await read()).toEqual(before);
    expect([await exists(fresh), await exists(previous)]).toEqual([false, false]);
    expect(await takeBackPaths(intentFile)).toEqual([]);
  });

  it('what was made anew meanwhile stays, and it is said where the old one is', async () => {
    const { target, previous, intentFile, read } = await crash(1);
    await writeFile(path.join(target, 'a'), 'made anew');
    expect((await takeBackPaths(intentFile)).join()).toContain(previous);
    expect(await read()).toEqual({ ...before, a: 'made anew' });
    expect(await readFile(path.join(previous, 'a'), 'utf8')).toBe('old');
  });

  it('while it was being filled, what was there of it goes', async () => {
    const { intentFile, fresh, read } = await scene();
    expect(await takeBackPaths(intentFile)).toEqual([]);
    expect(await exists(fresh)).toBe(false);
    expect(await read()).toEqual(before);
  });
});
