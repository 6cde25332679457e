import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { moveContent } from './move-content.ts';
import { finishSwap, swapContent, takeBackContent } from './swap-content.ts';

const names = ['a', 'b', 'c'];

async function scene() {
  const parent = await temporaryFolder();
  const at = (name: string) => path.join(parent, name);
  for (const folder of ['target', 'fresh', 'previous', 'aside']) await mkdir(at(folder));
  for (const name of names) {
    await writeFile(path.join(at('target'), name), 'old');
    await writeFile(path.join(at('fresh'), name), 'new');
  }
  await writeFile(path.join(at('target'), 'only old'), 'old');
  const swap = { target: at('target'), fresh: at('fresh'), previous: at('previous') };
  const intentFile = at('intent.json');
  const content = async () => {
    const held = await readdir(swap.target);
    return Promise.all(
      held.sort().map(async (name) => `${name}: ${await readFile(path.join(swap.target, name), 'utf8')}`),
    );
  };
  /** As a process leaves it that dies in this step, with so many entries on their way. */
  const die = async (step: 'out' | 'in', moved: number) => {
    await writeFile(intentFile, JSON.stringify({ step, ...swap }));
    if (step === 'in') await moveContent(swap.target, swap.previous);
    const [from, to] = step === 'out' ? [swap.target, swap.previous] : [swap.fresh, swap.target];
    const staying = (await readdir(from)).slice(moved);
    for (const name of staying) await rename(path.join(from, name), path.join(at('aside'), name));
    await moveContent(from, to);
    await moveContent(at('aside'), from);
  };
  return { swap, intentFile, content, die };
}

const old = ['a: old', 'b: old', 'c: old', 'only old: old'];
const fresh = ['a: new', 'b: new', 'c: new'];

it('exchanges the content and keeps the old one', async () => {
  const { swap, intentFile, content } = await scene();
  await swapContent(intentFile, swap);
  expect(await content()).toEqual(fresh);
  expect(await readdir(swap.previous)).toHaveLength(4);
  expect(await takeBackContent(intentFile)).toEqual([]);
  await finishSwap(intentFile);
  expect(await content()).toEqual(fresh);
});

describe.each([
  ['out', 0],
  ['out', 2],
  ['out', 4],
  ['in', 0],
  ['in', 1],
  ['in', 3],
] as const)('after a crash on the way %s, with %i entries moved', (step, moved) => {
  it('is taken back', async () => {
    const { intentFile, content, die, swap } = await scene();
    await die(step, moved);
    expect((await takeBackContent(intentFile)).join()).toContain('was taken back');
    expect(await content()).toEqual(old);
    expect((await readdir(swap.fresh)).sort()).toEqual(names);
    expect(await takeBackContent(intentFile)).toEqual([]);
  });

  it('can be ended instead', async () => {
    const { intentFile, content, die } = await scene();
    await die(step, moved);
    await finishSwap(intentFile);
    expect(await content()).toEqual(fresh);
  });
});

it('overwrites nothing that was made anew under an old name', async () => {
  const { intentFile, content, die, swap } = await scene();
  await die('out', 4);
  await writeFile(path.join(swap.target, 'a'), 'anew');
  expect((await takeBackContent(intentFile)).join()).toContain(swap.previous);
  expect(await content()).toEqual(['a: anew', 'b: old', 'c: old', 'only old: old']);
  expect(await readdir(swap.previous)).toEqual(['a']);
});
