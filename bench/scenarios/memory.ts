import path from 'node:path';
import { fillOrders, psql, removeDatabase, startDatabase } from '../database.ts';
import { installation } from '../holdfast.ts';
import type { Figure } from '../report.ts';
import { sh } from '../shell.ts';
import { type Options, withFolder } from '../workspace.ts';

const name = 'holdfast-bench-memory';
const dataPaths = ['direct', 'exec'] as const;
const target = 150;
/** The larger database, in multiples of the smaller: the figure must not follow. */
const factor = 4;

export async function measureMemory(options: Options): Promise<Figure[]> {
  return await withFolder(async (folder) => {
    await startDatabase(name);
    try {
      const figures: Figure[] = [];
      for (const megabytes of [options.megabytes, options.megabytes * factor]) {
        await psql(name, 'drop table if exists orders');
        options.log(`filling ${megabytes} MB`);
        await fillOrders(name, megabytes);
        for (const dataPath of dataPaths) {
          const data = path.join(folder, dataPath);
          const backup = await installation(data, name, { HOLDFAST_DATA_PATH: dataPath }).command(
            'backup',
            name,
            '--json',
          );
          await sh(`rm -rf "${data}"`);
          options.log(`${dataPath}, ${megabytes} MB: ${backup.peakMemory.toFixed(0)} MiB`);
          figures.push({
            scenario: 'memory (peak resident set of Holdfast)',
            name: `${dataPath}, ${megabytes} MB database`,
            value: backup.peakMemory,
            unit: 'MiB',
            target,
          });
        }
      }
      return figures;
    } finally {
      await removeDatabase(name);
    }
  });
}
