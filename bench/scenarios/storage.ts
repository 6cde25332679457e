import path from 'node:path';
import { fillOrders, insertOrders, psql, removeDatabase, startDatabase } from '../database.ts';
import { installation } from '../holdfast.ts';
import type { Figure } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, resticPassword, sizeOf, withFolder } from '../workspace.ts';

const days = 30;
/** Smaller than for the timed scenarios: 30 days of two workloads; sizes scale with the database. */
const share = 0.25;

interface Workload {
  readonly name: string;
  /** Rows of the newest share that take nine in ten of the updates; 1 spreads them evenly. */
  readonly recentShare: number;
  readonly targets: boolean;
}

const workloads: readonly Workload[] = [
  { name: 'recent', recentShare: 0.05, targets: true },
  { name: 'scattered', recentShare: 1, targets: false },
];

export async function measureStorage(options: Options): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const workload of workloads) {
    const name = `holdfast-bench-storage-${workload.name}`;
    await withFolder(async (folder) => {
      await startDatabase(name);
      try {
        figures.push(...(await runMonth(folder, name, workload, options)));
      } finally {
        await removeDatabase(name);
      }
    });
  }
  return figures;
}

async function runMonth(
  folder: string,
  name: string,
  workload: Workload,
  options: Options,
): Promise<Figure[]> {
  const scenario = `storage (${workload.name} updates)`;
  const repository = path.join(folder, 'repository');
  const data = path.join(folder, 'holdfast');
  const holdfast = installation(data, name);
  const stored = () => sizeOf(path.join(data, 'destinations'));

  let rows = await fillOrders(name, Math.round(options.megabytes * share));
  await sh(`restic init -q -r "${repository}"`, resticPassword);
  let afterFirst = 0;
  let changedCompressed = 0;
  let fullDumps = 0;
  for (let day = 1; day <= days; day += 1) {
    if (day > 1) {
      const before = rows;
      const transaction = await psql(name, 'select pg_current_xact_id()');
      rows += Math.round(rows * 0.005);
      await psql(name, `${insertOrders(before + 1, rows)} ${updates(before, workload)}`);
      changedCompressed += await compressedSize(name, transaction);
    }
    await holdfast.command('backup', name, '--json');
    await sh(
      `docker exec ${name} pg_dump -U postgres -Fc shop | tee "${folder}/full.dump" | restic backup -q -r "${repository}" --stdin --stdin-filename shop.dump`,
      resticPassword,
    );
    fullDumps += await sizeOf(`${folder}/full.dump`);
    if (day === 1) afterFirst = await stored();
    if (day % 10 === 0) options.log(`${workload.name}: day ${day} of ${days}`);
  }

  const plain = Number((await sh(`docker exec ${name} pg_dump -U postgres shop | wc -c`)).stdout);
  const total = await stored();
  return [
    { scenario, name: 'the dump uncompressed', value: plain, unit: 'bytes' },
    { scenario, name: `Holdfast, ${days} backups`, value: total, unit: 'bytes' },
    { scenario, name: `recipe, ${days} backups`, value: await sizeOf(repository), unit: 'bytes' },
    { scenario, name: `${days} full compressed dumps`, value: fullDumps, unit: 'bytes' },
    {
      scenario,
      name: 'total / dump',
      value: total / plain,
      unit: 'ratio',
      ...(workload.targets ? { target: 1.2 } : {}),
    },
    {
      scenario,
      name: 'growth / changed rows compressed',
      value: (total - afterFirst) / changedCompressed,
      unit: 'ratio',
      ...(workload.targets ? { target: 3 } : {}),
    },
  ];
}

/** One row in a hundred gets a new state and reference. */
function updates(rows: number, workload: Workload): string {
  const set = `update orders set state = 'returned', reference = md5(random()::text) where id in`;
  const count = Math.round(rows * 0.01);
  if (workload.recentShare === 1) {
    return `${set} (select 1 + (random() * ${rows - 1})::bigint from generate_series(1, ${count}));`;
  }
  const recent = Math.round(rows * workload.recentShare);
  return `
    ${set} (select ${rows - recent} + 1 + (random() * ${recent - 1})::bigint from generate_series(1, ${Math.round(count * 0.9)}));
    ${set} (select 1 + (random() * ${rows - 1})::bigint from generate_series(1, ${Math.round(count * 0.1)}));`;
}

/** Bytes of the rows that transactions after `transaction` wrote, as text, compressed. */
async function compressedSize(name: string, transaction: string): Promise<number> {
  const { stdout } = await sh(
    `docker exec ${name} psql -X -q -A -t -U postgres -d shop -c "copy (select * from orders where xmin::text::bigint > ${transaction}) to stdout" | gzip -6 | wc -c`,
  );
  return Number(stdout);
}
