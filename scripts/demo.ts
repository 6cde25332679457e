/**
 * `npm run demo`: makes a sample application, protects it with the real program, damages it, puts it back, and compares.
 * Ends with 0 only when everything is equal. Lives in `data/demo` of the clone, and touches nothing that it did not make.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import { backupItemSchema } from '@holdfast/contracts';
import { z } from 'zod';
import { dockerEnvironment } from './demo-parts/docker.ts';
import type { Exhibit, Facts } from './demo-parts/exhibit.ts';
import { type Holdfast, holdfastOn } from './demo-parts/holdfast.ts';
import { ordersDatabase } from './demo-parts/orders-database.ts';
import {
  findImage,
  removeLeftovers,
  type ShopContainer,
  shopContainer,
} from './demo-parts/shop-container.ts';
import { heading, mebibytes, seconds, table } from './demo-parts/show.ts';
import { uploadsFolder } from './demo-parts/uploads-folder.ts';

const clone = path.join(import.meta.dirname, '..');
const home = path.join(clone, 'data', 'demo');
/** A Unix socket's path may be 107 bytes long; the data directory's is the longest that is made here. */
const longestDirectory = 107 - '/holdfast.sock'.length;

const backupSchema = z.object({ items: z.array(backupItemSchema) });
const restoreSchema = z.object({ verified: z.record(z.string(), z.number()), previous: z.array(z.string()) });

async function demonstrate(): Promise<boolean> {
  const started = performance.now();
  await rm(home, { recursive: true, force: true });
  const application = path.join(home, 'application');
  await mkdir(application, { recursive: true });
  await using dataDirectory = await makeDataDirectory();
  const environment = dockerEnvironment();
  const { container, reason } = await chooseContainer(environment);
  const exhibits = [
    ordersDatabase(application),
    uploadsFolder(application),
    ...(container ? [container] : []),
  ];
  const holdfast = holdfastOn(dataDirectory.path, demoEnvironment(environment, container));
  try {
    heading('A sample application');
    if (container === undefined) console.log(`  (without a PostgreSQL container: ${reason})`);
    for (const exhibit of exhibits) {
      await exhibit.create();
      console.log(`  ${exhibit.source}: ${exhibit.description}`);
    }
    const equal = await protectAndRestore(holdfast, exhibits);
    sayHowToGoOn(equal, performance.now() - started);
    return equal;
  } finally {
    await container?.remove();
  }
}

async function protectAndRestore(holdfast: Holdfast, exhibits: readonly Exhibit[]): Promise<boolean> {
  heading('Holdfast is told of what it cannot find by itself; containers it finds');
  for (const { source, declaration } of exhibits) {
    if (declaration) await holdfast('sources', 'add', declaration.kind, declaration.path, '--name', source);
  }
  const names = exhibits.map((exhibit) => exhibit.source);

  heading('The first backup');
  await backUp(holdfast, names);

  heading('A day later: a little has changed, and only that is stored');
  for (const exhibit of exhibits) await exhibit.change();
  await backUp(holdfast, names);
  const before = await readAll(exhibits);

  heading('The accident');
  for (const exhibit of exhibits)
    console.log(styleText('red', `  ${exhibit.source}: ${await exhibit.damage()}`));
  const damaged = await readAll(exhibits);

  heading('The restore: loaded beside, verified, swapped in');
  for (const name of names) {
    const { verified, previous } = restoreSchema.parse(await holdfast('restore', name, 'latest', '--yes'));
    console.log(`  counted and found equal: ${Object.keys(verified).join(', ')}`);
    console.log(`  the damaged state is kept as ${previous.join(', ')}`);
  }

  heading('Compared with the state before the accident');
  return compare(before, damaged, await readAll(exhibits));
}

async function backUp(holdfast: Holdfast, names: readonly string[]): Promise<void> {
  const { items } = backupSchema.parse(await holdfast('backup', ...names));
  table([
    ['SOURCE', 'READ', 'STORED', 'TIME'],
    ...items.map(({ source, bytesRead, bytesAdded, durationMs }) => [
      source,
      mebibytes(bytesRead),
      mebibytes(bytesAdded),
      seconds(durationMs),
    ]),
  ]);
}

type AllFacts = ReadonlyMap<string, Facts>;

async function readAll(exhibits: readonly Exhibit[]): Promise<AllFacts> {
  const all = new Map<string, Facts>();
  for (const exhibit of exhibits) all.set(exhibit.source, await exhibit.facts());
  return all;
}

function compare(before: AllFacts, damaged: AllFacts, restored: AllFacts): boolean {
  const rows = [...before].flatMap(([source, facts]) =>
    Object.entries(facts).map(([fact, value]) => {
      const now = restored.get(source)?.[fact] ?? 'nothing';
      return {
        cells: [source, fact, value, damaged.get(source)?.[fact] ?? 'nothing', now],
        equal: now === value,
      };
    }),
  );
  const title = ['SOURCE', 'WHAT', 'BEFORE', 'DAMAGED', 'RESTORED', ''];
  table([title, ...rows.map(({ cells, equal }) => [...cells, equal ? 'equal' : 'DIFFERENT'])]);
  return rows.every((row) => row.equal);
}

async function chooseContainer(
  environment: ReturnType<typeof dockerEnvironment>,
): Promise<{ container?: ShopContainer; reason: string }> {
  const { image, reason } = await findImage(environment);
  if (image === undefined) return { reason };
  await removeLeftovers(environment, home);
  return { container: shopContainer(environment, image, home), reason };
}

/** Settings of the person's own Holdfast must not lead the demonstration to their storage or containers. */
function demoEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  container?: ShopContainer,
) {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('HOLDFAST_'));
  return {
    ...Object.fromEntries(others),
    HOLDFAST_DISCOVERY_NAMES: container?.source ?? 'holdfast-demo-none',
  };
}

/** In the demonstration's own folder, unless a socket in there would have too long a path. */
async function makeDataDirectory(): Promise<AsyncDisposable & { path: string }> {
  const usual = path.join(home, 'holdfast');
  if (Buffer.byteLength(usual) <= longestDirectory) return { path: usual, async [Symbol.asyncDispose]() {} };
  const short = await mkdtemp(path.join(tmpdir(), 'holdfast-demo-'));
  return { path: short, [Symbol.asyncDispose]: () => rm(short, { recursive: true }) };
}

function sayHowToGoOn(equal: boolean, milliseconds: number): void {
  if (!equal) {
    console.log(
      styleText('red', '\nSomething did not come back as it was. Please report this with the text above.'),
    );
    return;
  }
  console.log(
    styleText(
      'green',
      `\nEverything came back as it was. The whole demonstration took ${seconds(milliseconds)}.`,
    ),
  );
  console.log('\nGo on:');
  table([
    ['npm start', 'serves Holdfast: finds your containers, and backs them up every day'],
    ['./bin/holdfast sources', 'what it finds here, and whether it is protected'],
    ['./bin/holdfast --help', 'everything else'],
    ['docs/guides/restore.md', 'for the day you need it'],
  ]);
}

// The program at work gets the Ctrl-C, too, and ends; what was made is then removed. A second one ends all at once.
process.once('SIGINT', () => console.log('\nCleaning up.'));
try {
  process.exitCode = (await demonstrate()) ? 0 : 1;
} catch (error) {
  console.error(styleText('red', `\n${error instanceof Error ? error.message : String(error)}`));
  process.exitCode = 1;
}
