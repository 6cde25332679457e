import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installation } from '../holdfast.ts';
import { type Figure, median } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, resetFolder, resticPassword, withFolder } from '../workspace.ts';

/** restic alone, on the same folder: what Holdfast adds has to disappear in what it saves. */
const target = 1.05;

const shapes = [
  { name: 'small', files: 100_000, folders: 400 },
  { name: 'large', files: 1, folders: 1 },
] as const;
type Shape = (typeof shapes)[number];
const largeMegabytes = 2_000;

/** A first and an unchanged second pass over 100,000 small files and over one file of 2 GB. */
export async function measureFiles(options: Options): Promise<Figure[]> {
  return await withFolder(async (folder) => {
    const figures: Figure[] = [];
    for (const shape of shapes)
      figures.push(...(await measureShape(path.join(folder, shape.name), shape, options)));
    return figures;
  });
}

async function measureShape(folder: string, shape: Shape, options: Options): Promise<Figure[]> {
  const tree = path.join(folder, 'tree');
  await sh(`mkdir -p "${tree}"`);
  options.log(`making ${shape.files} files`);
  await makeTree(tree, shape);

  const data = path.join(folder, 'holdfast');
  const emptyData = path.join(folder, 'empty-holdfast');
  const repository = path.join(folder, 'repository');
  const emptyRepository = path.join(folder, 'empty-repository');
  // Both sides begin with a repository that exists, and has seen nothing of the tree: it is made once in its life.
  const holdfast = installation(data, 'none');
  await holdfast.command('sources', 'add', 'directory', tree, '--name', 'tree', '--json');
  await sh(`mv "${tree}" "${tree}.away"; mkdir "${tree}"; echo seed >"${tree}/seed"`);
  await holdfast.command('backup', 'tree', '--json');
  await sh(`rm -r "${tree}"; mv "${tree}.away" "${tree}"; mv "${data}" "${emptyData}"`);
  await sh(`restic init -q -r "${emptyRepository}"`, resticPassword);

  const seconds = {
    restic: { first: [] as number[], second: [] as number[] },
    holdfast: { first: [] as number[], second: [] as number[] },
  };
  for (let round = 1; round <= options.rounds; round += 1) {
    await resetFolder(emptyRepository, repository);
    await resetFolder(emptyData, data);
    for (const pass of ['first', 'second'] as const) {
      const alone = await sh(`cd "${tree}" && restic backup -q -r "${repository}" .`, resticPassword);
      const ours = await holdfast.command('backup', 'tree', '--json');
      seconds.restic[pass].push(alone.seconds);
      seconds.holdfast[pass].push(ours.seconds);
      options.log(
        `round ${round}, ${pass} pass: restic ${alone.seconds.toFixed(1)} s, Holdfast ${ours.seconds.toFixed(1)} s`,
      );
    }
  }
  const scenario = `files (${shape.files === 1 ? `one of ${largeMegabytes} MB` : `${shape.files} small ones`})`;
  return (['first', 'second'] as const).flatMap((pass): Figure[] => {
    const [alone, ours] = [median(seconds.restic[pass]), median(seconds.holdfast[pass])];
    return [
      { scenario, name: `${pass} pass, restic`, value: alone, unit: 'seconds' },
      { scenario, name: `${pass} pass, Holdfast`, value: ours, unit: 'seconds' },
      { scenario, name: `${pass} pass, Holdfast / restic`, value: ours / alone, unit: 'ratio', target },
    ];
  });
}

/** Text of a few hundred bytes to some kilobytes for each small file; for the large one, what does not compress. */
async function makeTree(tree: string, { files, folders }: Shape): Promise<void> {
  if (files === 1) {
    await sh(`head -c ${largeMegabytes}000000 /dev/urandom >"${tree}/large"`);
    return;
  }
  for (let index = 0; index < files; index += 1) {
    const folder = path.join(tree, String(index % 20), String(index % folders));
    if (index < folders) mkdirSync(folder, { recursive: true });
    const line = `file ${index} of a tree of many\n`;
    writeFileSync(path.join(folder, `file-${index}`), line.repeat(1 + ((index * 7919) % 150)));
  }
  await sh('sync');
}
