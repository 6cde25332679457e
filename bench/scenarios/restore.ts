import path from 'node:path';
import { fillOrders, psql, removeDatabase, startDatabase } from '../database.ts';
import { installation } from '../holdfast.ts';
import { type Figure, median } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, resticPassword, withFolder } from '../workspace.ts';

const name = 'holdfast-bench-restore';
const dataPaths = ['direct', 'exec'] as const;
/** Verification, ANALYZE and the swap included. */
const target = 0.8;

export async function measureRestore(options: Options): Promise<Figure[]> {
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
  const scenario = 'restore';
  const repository = path.join(folder, 'repository');
  const data = path.join(folder, 'holdfast');
  options.log(`filling ${options.megabytes} MB`);
  await fillOrders(name, options.megabytes);
  await sh(
    `restic init -q -r "${repository}"; docker exec ${name} pg_dump -U postgres -Fc shop | restic backup -q -r "${repository}" --stdin --stdin-filename shop.dump`,
    resticPassword,
  );
  await installation(data, name).command('backup', name, '--json');

  const contenders: Record<string, () => Promise<number>> = {
    recipe: async () => {
      await psql(name, 'create database copy template template0');
      const { seconds } = await sh(
        `restic dump -q -r "${repository}" latest shop.dump | docker exec -i ${name} pg_restore -U postgres --exit-on-error -d copy`,
        resticPassword,
      );
      await psql(name, 'drop database copy');
      return seconds;
    },
  };
  for (const dataPath of dataPaths) {
    contenders[dataPath] = async () => {
      const restore = await installation(data, name, { HOLDFAST_DATA_PATH: dataPath }).command(
        'restore',
        name,
        'latest',
        '--yes',
        '--json',
      );
      const { previous } = JSON.parse(restore.stdout) as { previous: string[] };
      for (const database of previous) await psql(name, `drop database "${database}"`);
      return restore.seconds;
    };
  }

  const seconds: Record<string, number[]> = {};
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [contender, measure] of Object.entries(contenders)) {
      await psql(name, 'checkpoint');
      const taken = await measure();
      (seconds[contender] ??= []).push(taken);
      options.log(`round ${round}: ${contender} ${taken.toFixed(1)} s`);
    }
  }
  const of = (contender: string) => median(seconds[contender] ?? []);
  return [
    ...Object.keys(contenders).map(
      (contender): Figure => ({ scenario, name: contender, value: of(contender), unit: 'seconds' }),
    ),
    { scenario, name: 'direct / recipe', value: of('direct') / of('recipe'), unit: 'ratio', target },
    { scenario, name: 'exec / recipe', value: of('exec') / of('recipe'), unit: 'ratio' },
  ];
}
