import path from 'node:path';
import { fillOrders, psql, removeDatabase, startDatabase } from '../database.ts';
import { installation } from '../holdfast.ts';
import { type Figure, median } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, resetFolder, resticPassword, withFolder } from '../workspace.ts';

const name = 'holdfast-bench-backup';
const recipe = 'recipe';
const byHand = 'by hand, direct pipe';

/** Targets: a first backup against the recipe it replaces, and against the same tools with nothing around them. */
const targets = {
  direct: { recipe: 0.42, byHand: 1.15 },
  helper: { recipe: 0.65, byHand: undefined },
  exec: { recipe: 0.65, byHand: undefined },
} as const;

export async function measureBackup(options: Options): Promise<Figure[]> {
  return await withFolder(async (folder) => {
    await startDatabase(name);
    try {
      return await compare(folder, options);
    } finally {
      await removeDatabase(name);
    }
  });
}

async function compare(folder: string, options: Options): Promise<Figure[]> {
  const repository = path.join(folder, 'repository');
  const emptyRepository = path.join(folder, 'empty-repository');
  const data = path.join(folder, 'holdfast');
  const emptyData = path.join(folder, 'empty-holdfast');

  // Both sides begin with a repository that exists: a repository is made once in its life.
  await sh(`restic init -q -r "${emptyRepository}"`, resticPassword);
  await psql(name, 'create table seed (id int)');
  await installation(data, name).command('backup', name, '--json');
  await sh(`mv "${data}" "${emptyData}"`);
  options.log(`filling ${options.megabytes} MB`);
  await fillOrders(name, options.megabytes);

  const pid = (await sh(`docker inspect -f '{{.State.Pid}}' ${name}`)).stdout.trim();
  const timed = async (line: string) => (await sh(line, resticPassword)).seconds;
  const holdfast = async (dataPath: string) => {
    const backup = await installation(data, name, { HOLDFAST_DATA_PATH: dataPath }).command(
      'backup',
      name,
      '--json',
    );
    return backup.seconds;
  };
  const contenders: Record<string, () => Promise<number>> = {
    [recipe]: () =>
      timed(
        `docker exec ${name} pg_dump -U postgres -Fc shop | restic backup -q -r "${repository}" --stdin --stdin-filename shop.dump`,
      ),
    [byHand]: () =>
      timed(
        `nsenter -t ${pid} -m -u -i -n -p -r -w -S 999 -G 999 pg_dump -U postgres -Fc -Z0 shop | restic backup -q -r "${repository}" --stdin --stdin-filename shop.dump`,
      ),
    direct: () => holdfast('direct'),
    helper: () => holdfast('helper'),
    exec: () => holdfast('exec'),
  };
  const seconds: Record<string, number[]> = {};
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [contender, measure] of Object.entries(contenders)) {
      await resetFolder(emptyRepository, repository);
      await resetFolder(emptyData, data);
      const taken = await measure();
      (seconds[contender] ??= []).push(taken);
      options.log(`round ${round}: ${contender} ${taken.toFixed(1)} s`);
    }
  }
  return figures(seconds);
}

function figures(seconds: Record<string, number[]>): Figure[] {
  const scenario = 'backup';
  const medians = Object.fromEntries(
    Object.entries(seconds).map(([contender, taken]) => [contender, median(taken)]),
  );
  const of = (contender: string) => medians[contender] ?? Number.NaN;
  return [
    ...Object.keys(medians).map(
      (contender): Figure => ({ scenario, name: contender, value: of(contender), unit: 'seconds' }),
    ),
    ...Object.entries(targets).flatMap(([dataPath, target]): Figure[] => [
      {
        scenario,
        name: `${dataPath} / recipe`,
        value: of(dataPath) / of(recipe),
        unit: 'ratio',
        target: target.recipe,
      },
      {
        scenario,
        name: `${dataPath} / by hand`,
        value: of(dataPath) / of(byHand),
        unit: 'ratio',
        ...(target.byHand === undefined ? {} : { target: target.byHand }),
      },
    ]),
  ];
}
