import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { takeBack, writeIntent } from './swap.ts';

/** A restore that has written its intent to swap, and what it works on. */
async function scene() {
  const parent = await temporaryFolder();
  const [target, fresh, previous] = ['data', 'data.holdfast-1', 'data.before-x'].map((name) =>
    path.join(parent, name),
  );
  if (target === undefined || fresh === undefined || previous === undefined) throw new Error('three names');
  for (const [folder, content] of [
    [target, 'old'],
    [fresh, 'new'],
  ] as const) {
    await mkdir(folder);
    await writeFile(path.join(folder, 'file'), content);
  }
  const intentFile = path.join(parent, 'data.holdfast-1.json');
  await writeIntent(intentFile, { fresh, swap: { target, previous } });
  return {
    target,
    fresh,
    previous,
    /** Cleans up twice; a second time must change nothing. */
    cleanUp: async () => {
      const said = await takeBack(intentFile);
      expect(await takeBack(intentFile)).toEqual([]);
      return said.join();
    },
    content: () => readFile(path.join(target, 'file'), 'utf8'),
    names: async () => (await readdir(parent)).sort(),
  };
}

describe('after a crash of a restore', () => {
  it('before the first rename, the old folder stays and the new one goes', async () => {
    const { cleanUp, content, names } = await scene();
    expect(await cleanUp()).toBe('');
    expect(await content()).toBe('old');
    expect(await names()).toEqual(['data']);
  });

  it('between the renames, the old folder comes back', async () => {
    const { target, previous, cleanUp, content, names } = await scene();
    await rename(target, previous);
    expect(await cleanUp()).toContain('was taken back');
    expect(await content()).toBe('old');
    expect(await names()).toEqual(['data']);
  });

  it('between the renames, also when something made an empty folder in its place', async () => {
    const { target, previous, cleanUp, content } = await scene();
    await rename(target, previous);
    await mkdir(target);
    expect(await cleanUp()).toContain('was taken back');
    expect(await content()).toBe('old');
  });

  it('between the renames, nothing is overwritten that was written there since', async () => {
    const { target, previous, cleanUp, content, names } = await scene();
    await rename(target, previous);
    await mkdir(target);
    await writeFile(path.join(target, 'file'), 'written since');
    expect(await cleanUp()).toContain('data.before-x');
    expect(await content()).toBe('written since');
    expect(await names()).toEqual(['data', 'data.before-x']);
  });

  it('after the second rename, the new folder serves and the old one is kept', async () => {
    const { target, fresh, previous, cleanUp, content, names } = await scene();
    await rename(target, previous);
    await rename(fresh, target);
    expect(await cleanUp()).toBe('');
    expect(await content()).toBe('new');
    expect(await names()).toEqual(['data', 'data.before-x']);
  });
});

it('a clean-up of an operation that left nothing does nothing', async () => {
  expect(await takeBack(path.join(await temporaryFolder(), 'none.json'))).toEqual([]);
});
