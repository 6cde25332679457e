import { randomInt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failOnLeakedContainers } from '@holdfast/sources/testing';
import { expect, test } from 'vitest';
import { listSnapshots } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { SecretSearch } from '../support/find-secrets.ts';
import { type KillScene, openKillScene } from '../support/kill-scene.ts';
import { locksIn } from '../support/left-lock.ts';
import { secretsOf } from '../support/open-vault.ts';
import { untilNoneIsLeft } from '../support/processes.ts';
import { seededRandom, spreadMoments } from '../support/seeded-random.ts';
import { startServing } from '../support/serving.ts';
import { localRepository, stockRestic, teamKey } from '../support/stock-restic.ts';
import {
  integrity,
  ownFiles,
  recordedResticIds,
  storedOperations,
  storedResticIds,
  unfinishedOperations,
} from '../support/stored-state.ts';
import { until } from '../support/until.ts';

/**
 * `kill -9` of a server at random moments of its passes, many times over: nothing it left is unclear, in the way or
 * readable, and whatever it says to have stored is there. `npm run test:kills` does it 50 times; a seed repeats a run.
 */

if (process.env['HOLDFAST_LAB_DOCKER_HOST'] !== undefined) failOnLeakedContainers();

const rounds = Number(process.env['HOLDFAST_KILL_ROUNDS'] ?? 4);
const seed = Number(process.env['HOLDFAST_KILL_SEED'] ?? randomInt(2 ** 31));
/** Of the snapshots before the last rounds. */
const sampled = 8;

/** What is taken in a round: the servers take longer, and are there only where an engine is. */
function namesOf({ files, servers }: KillScene, round: number): string[] {
  const sources = round % 2 === 0 ? files : [...files, ...servers];
  return sources.map(({ name }) => name);
}

async function settled({ holdfast }: KillScene): Promise<void> {
  await until('every operation has ended', async () => unfinishedOperations(holdfast).length === 0);
}

/** How long a pass takes that nobody disturbs, once its repositories are there. */
async function measureWholeMs(scene: KillScene, round: number): Promise<number> {
  await scene.change();
  await using _server = await startServing(scene.holdfast);
  const client = await scene.client();
  const started = performance.now();
  await client.startBackup({ names: namesOf(scene, round), all: false });
  await settled(scene);
  return performance.now() - started;
}

/** One server, one pass, one kill. @returns the operations that it left in the middle */
async function killPass(scene: KillScene, round: number, afterMs: number): Promise<string[]> {
  const { holdfast } = scene;
  const before = unfinishedOperations(holdfast).map(({ id }) => id);
  const server = await startServing(holdfast);
  const still = unfinishedOperations(holdfast).map(({ id }) => id);
  expect(before.filter((id) => still.includes(id))).toEqual([]);
  // In every third round what died before is repeated at the same time.
  if (round % 3 !== 0) await settled(scene);
  const client = await scene.client();
  await client.startBackup({ names: namesOf(scene, round), all: false });
  await sleep(afterMs);
  await server.kill();
  const left = unfinishedOperations(holdfast).map(({ id }) => id);
  // What it starts in containers does not know the data directory, but the temporary folder.
  await untilNoneIsLeft(
    `nothing that it started is left (round ${round}, killed after ${Math.round(afterMs)} ms)`,
    holdfast.dataDirectory,
    scene.temporary,
  );
  return left;
}

/** What holds at any moment, also right after a kill. */
async function expectSound({ holdfast, temporary, files, servers }: KillScene): Promise<void> {
  expect(integrity(holdfast)).toBe('ok');
  for (const { name } of [...files, ...servers]) {
    expect(await storedResticIds(holdfast, name)).toEqual(
      expect.arrayContaining(recordedResticIds(holdfast, name)),
    );
  }
  const search = new SecretSearch(await secretsOf(holdfast));
  const places = (await ownFiles(holdfast)).map((file) => path.join(holdfast.dataDirectory, file));
  const allowed = ['.env', 'holdfast.token'].map((name) => path.join(holdfast.dataDirectory, name));
  expect(await search.inFiles(places.filter((place) => !allowed.includes(place)))).toEqual([]);
  expect(await search.below(temporary)).toEqual([]);
  expect(search.bytesSearched).toBeGreaterThan(10_000);
}

/** Each snapshot of a random sample, and all of the last rounds, are what their source was at their time. */
async function expectRestorable(scene: KillScene, since: Date, random: () => number): Promise<number> {
  const { holdfast, files, servers } = scene;
  const snapshots = await listSnapshots(holdfast);
  const late = snapshots.filter(({ time }) => new Date(time) >= since);
  const early = snapshots.filter((snapshot) => !late.includes(snapshot));
  const chosen = early
    .map((snapshot) => ({ snapshot, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, sampled)
    .map(({ snapshot }) => snapshot);
  for (const { id, source: name, time } of [...late, ...chosen]) {
    const source = [...files, ...servers].find((one) => one.name === name);
    const held = scene.heldAt(name, new Date(time));
    expect(held).toBeDefined();
    expect(await source?.digestOf(id), `${name}, taken ${time}`).toBe(held);
  }
  return late.length + chosen.length;
}

/** An empty pipe that was about to be unlinked holds nothing; a later process takes it away once it is a minute old. */
async function leftIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('holdfast-pipe-'));
}

test(`kill -9 in a pass, ${rounds} times (HOLDFAST_KILL_SEED=${seed})`, {
  retry: 0,
  timeout: 3_600_000,
}, async () => {
  await using scene = await openKillScene();
  const { holdfast } = scene;
  const sources = [...scene.files, ...scene.servers].map(({ name }) => name);
  await measureWholeMs(scene, 1);
  const atRest = { files: await ownFiles(holdfast), temporary: await leftIn(scene.temporary) };
  const wholeMs = [await measureWholeMs(scene, 0), await measureWholeMs(scene, 1)];

  const random = seededRandom(seed);
  let inTheMiddle = 0;
  let late = new Date();
  for (const [round, moment] of spreadMoments(rounds, random).entries()) {
    if (round === rounds - 3) late = new Date();
    await scene.change();
    const left = await killPass(scene, round, moment * (wholeMs[round % 2] ?? 0));
    if (left.length > 0) inTheMiddle += 1;
    await expectSound(scene);
  }
  // Fewer than all: the load of a machine changes, and a late moment may come after the end.
  expect(inTheMiddle).toBeGreaterThan(0);

  // What died is repeated, and then the next pass needs no help.
  await scene.change();
  await using server = await startServing(holdfast);
  await settled(scene);
  expect(await backUp(holdfast, ...sources)).toMatchObject({ exitCode: 0, state: 'succeeded' });
  await settled(scene);
  await server.stop();
  // Before anything looks into the database, which makes files beside it.
  const atEnd = { files: await ownFiles(holdfast), temporary: await leftIn(scene.temporary) };
  expect(atEnd).toEqual(atRest);
  await expectSound(scene);
  const operations = storedOperations(holdfast);
  expect(operations.filter(({ state }) => !['succeeded', 'interrupted'].includes(state))).toEqual([]);
  const key = await teamKey(holdfast);
  for (const source of sources) {
    const repository = localRepository(holdfast, source);
    expect(await locksIn(repository)).toEqual([]);
    expect(await storedResticIds(holdfast, source)).toEqual(recordedResticIds(holdfast, source));
    await stockRestic(repository, key, ['check', '--read-data', '--no-lock']);
  }
  const search = new SecretSearch(await secretsOf(holdfast));
  expect(await search.below(path.join(holdfast.dataDirectory, 'destinations'))).toEqual([]);
  const restored = await expectRestorable(scene, late, random);

  const interrupted = operations.filter(({ state }) => state === 'interrupted').length;
  console.info(
    `seed ${seed}: ${rounds} kills, ${inTheMiddle} of them in the middle of work; a whole pass takes ` +
      `${wholeMs.map((ms) => `${Math.round(ms)} ms`).join(' (files) or ')} (all); ${operations.length} operations, ` +
      `${interrupted} interrupted; ${restored} snapshots restored and compared`,
  );
});
