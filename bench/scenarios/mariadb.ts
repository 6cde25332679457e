import path from 'node:path';
import { removeDatabase } from '../database.ts';
import { installation } from '../holdfast.ts';
import { client, fillMariadbOrders, mariadb, startMariadb } from '../mariadb.ts';
import { type Figure, median } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, resetFolder, resticPassword, withFolder } from '../workspace.ts';

const name = 'holdfast-bench-mariadb';
const recipe = 'recipe';
const dataPaths = ['direct', 'exec'] as const;

/** A first backup of one database by each data path, counted and hashed, beside the recipe that it replaces. */
export async function measureMariadb(options: Options): Promise<Figure[]> {
  return await withFolder(async (folder) => {
    await startMariadb(name);
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
  await mariadb(name, 'create table seed (id int)');
  await installation(data, name).command('backup', name, '--json');
  await sh(`mv "${data}" "${emptyData}"`);
  options.log(`filling ${options.megabytes} MB`);
  await fillMariadbOrders(name, options.megabytes);

  const contenders: Record<string, () => Promise<number>> = {
    [recipe]: async () => {
      const { seconds } = await sh(
        `docker exec ${client} ${name} mariadb-dump -uroot --all-databases --single-transaction | restic backup -q -r "${repository}" --stdin --stdin-filename all.sql`,
        resticPassword,
      );
      return seconds;
    },
    ...Object.fromEntries(
      dataPaths.map((dataPath) => [
        dataPath,
        async () => {
          const holdfast = installation(data, name, { HOLDFAST_DATA_PATH: dataPath });
          return (await holdfast.command('backup', name, '--json')).seconds;
        },
      ]),
    ),
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
  const scenario = 'mariadb';
  const medians = new Map(Object.entries(seconds).map(([contender, taken]) => [contender, median(taken)]));
  const of = (contender: string) => medians.get(contender) ?? Number.NaN;
  return [
    ...[...medians].map(
      ([contender, value]): Figure => ({ scenario, name: contender, value, unit: 'seconds' }),
    ),
    ...dataPaths.map(
      (dataPath): Figure => ({
        scenario,
        name: `${dataPath} / recipe`,
        value: of(dataPath) / of(recipe),
        unit: 'ratio',
      }),
    ),
  ];
}
