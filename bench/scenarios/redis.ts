import path from 'node:path';
import { label } from '../database.ts';
import { installation } from '../holdfast.ts';
import { type Figure, median } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, resetFolder, resticPassword, withFolder } from '../workspace.ts';

const name = 'holdfast-bench-redis';
const recipe = 'recipe';
const valueBytes = 400;
/** Wall time against the recipe. Holdfast checks and counts every byte meanwhile; the recipe checks nothing. */
const target = 1.05;

/** A first backup of a Redis server, against `redis-cli --rdb - | restic backup --stdin`. */
export async function measureRedis(options: Options): Promise<Figure[]> {
  return await withFolder(async (folder) => {
    await sh(`docker rm -fv ${name} >/dev/null 2>&1 || true`);
    await sh(
      `docker run -d --name ${name} --label ${label} redis:7 redis-server --save '' --enable-debug-command yes`,
    );
    try {
      await sh(
        `for i in $(seq 50); do docker exec ${name} redis-cli ping && exit 0; sleep 0.2; done; exit 1`,
      );
      return await compare(folder, options);
    } finally {
      await sh(`docker rm -fv ${name}`);
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
  await installation(data, name).command('backup', name, '--json');
  await sh(`mv "${data}" "${emptyData}"`);
  const keys = Math.round((options.megabytes * 1_000_000) / valueBytes);
  options.log(`filling ${keys} keys`);
  await sh(
    `docker exec ${name} redis-benchmark -q -t set -n ${keys} -r ${keys} -d ${valueBytes} -P 100 >/dev/null`,
  );

  const holdfast = async (dataPath: string) =>
    (await installation(data, name, { HOLDFAST_DATA_PATH: dataPath }).command('backup', name, '--json'))
      .seconds;
  const contenders: Record<string, () => Promise<number>> = {
    [recipe]: async () =>
      (
        await sh(
          `docker exec ${name} redis-cli --rdb - | restic backup -q -r "${repository}" --stdin --stdin-filename dump.rdb`,
          resticPassword,
        )
      ).seconds,
    direct: () => holdfast('direct'),
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
  const of = (contender: string) => median(seconds[contender] ?? []);
  return [
    ...Object.keys(seconds).map(
      (contender): Figure => ({ scenario: 'redis', name: contender, value: of(contender), unit: 'seconds' }),
    ),
    ...['direct', 'exec'].map(
      (dataPath): Figure => ({
        scenario: 'redis',
        name: `${dataPath} / recipe`,
        value: of(dataPath) / of(recipe),
        unit: 'ratio',
        target,
      }),
    ),
  ];
}
