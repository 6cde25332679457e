import path from 'node:path';
import { psql, removeDatabase, startDatabase } from '../database.ts';
import { installation } from '../holdfast.ts';
import { type Figure, median } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, resticPassword, withFolder } from '../workspace.ts';

const count = 20;
const names = Array.from({ length: count }, (_, index) => `holdfast-bench-many-${index + 1}`);
/** The recipe dumps, backs up and forgets for each; the machine key makes each restic command cheaper. */
const target = 0.2;

export async function measureMany(options: Options): Promise<Figure[]> {
  return await withFolder(async (folder) => {
    try {
      for (const name of names) {
        await startDatabase(name);
        await psql(name, 'create table notes as select i, md5(i::text) from generate_series(1, 5000) i');
      }
      return await compare(folder, options);
    } finally {
      for (const name of names) await removeDatabase(name);
    }
  });
}

async function compare(folder: string, options: Options): Promise<Figure[]> {
  const scenario = `many (${count} small databases)`;
  const repositories = path.join(folder, 'repositories');
  const holdfast = installation(path.join(folder, 'holdfast'), 'holdfast-bench-many-*');
  const recipe = `for name in ${names.join(' ')}; do
      export RESTIC_REPOSITORY="${repositories}/$name"
      docker exec $name pg_dump -U postgres -Fc shop | restic backup -q --stdin --stdin-filename $name.dump --tag $name
      restic forget -q --tag $name --group-by tags --keep-daily 30 --keep-weekly 4 --keep-monthly 6
    done`;
  await sh(
    `for name in ${names.join(' ')}; do restic init -q -r "${repositories}/$name"; done`,
    resticPassword,
  );
  await holdfast.command('backup', '--all', '--json');

  const seconds: { recipe: number[]; holdfast: number[] } = { recipe: [], holdfast: [] };
  for (let round = 1; round <= options.rounds; round += 1) {
    seconds.recipe.push((await sh(recipe, resticPassword)).seconds);
    seconds.holdfast.push((await holdfast.command('backup', '--all', '--json')).seconds);
    options.log(
      `round ${round}: recipe ${seconds.recipe.at(-1)?.toFixed(1)} s, Holdfast ${seconds.holdfast.at(-1)?.toFixed(1)} s`,
    );
  }
  return [
    { scenario, name: 'recipe', value: median(seconds.recipe), unit: 'seconds' },
    { scenario, name: 'Holdfast', value: median(seconds.holdfast), unit: 'seconds' },
    {
      scenario,
      name: 'Holdfast / recipe',
      value: median(seconds.holdfast) / median(seconds.recipe),
      unit: 'ratio',
      target,
    },
  ];
}
