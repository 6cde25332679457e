import { parseArgs } from 'node:util';
import { type Figure, isMet, printFigures } from './report.ts';
import { measureApi } from './scenarios/api.ts';
import { measureBackup } from './scenarios/backup.ts';
import { measureFiles } from './scenarios/files.ts';
import { measureMany } from './scenarios/many.ts';
import { measureMariadb } from './scenarios/mariadb.ts';
import { measureMemory } from './scenarios/memory.ts';
import { measureRedis } from './scenarios/redis.ts';
import { measureRestore } from './scenarios/restore.ts';
import { measureScheduler } from './scenarios/scheduler.ts';
import { measureStorage } from './scenarios/storage.ts';
import { measureWeb } from './scenarios/web.ts';
import type { Options } from './workspace.ts';

const scenarios: Record<string, (options: Options) => Promise<Figure[]>> = {
  backup: measureBackup,
  restore: measureRestore,
  storage: measureStorage,
  many: measureMany,
  memory: measureMemory,
  mariadb: measureMariadb,
  redis: measureRedis,
  files: measureFiles,
  scheduler: measureScheduler,
  api: measureApi,
  web: measureWeb,
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(scenarios).join(',') },
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
});

// The benchmark's own containers live in the engine of the tests, never in the user's.
const engine = process.env['HOLDFAST_LAB_DOCKER_HOST'];
if (engine === undefined)
  throw new Error('HOLDFAST_LAB_DOCKER_HOST is not set: run this by "npm run bench".');
process.env['DOCKER_HOST'] = engine;

const options: Options = {
  megabytes: Number(values.megabytes),
  rounds: Number(values.rounds),
  log: (line) => console.error(`· ${line}`),
};
const figures: Figure[] = [];
for (const only of values.only.split(',')) {
  const measure = scenarios[only];
  if (measure === undefined)
    throw new Error(`There is no scenario "${only}"; there are ${Object.keys(scenarios).join(', ')}.`);
  console.error(`${only}:`);
  figures.push(...(await measure(options)));
}
if (values.json)
  console.log(
    JSON.stringify(
      { options: values, figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })) },
      null,
      2,
    ),
  );
else printFigures(figures);
