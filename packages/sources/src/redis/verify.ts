import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Manifest } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { differencesOf, summarise } from '../files/compare-counts.ts';
import type { ConnectedServer } from './connect.ts';
import type { RedisDetails } from './details.ts';
import { RdbCheck } from './rdb/rdb-check.ts';
import { command, runClient } from './redis-cli.ts';
import type { Stage } from './stage.ts';
import { transferFailure } from './transfer-errors.ts';

/** Longer than any restore: the stage must not remove keys that expire meanwhile. */
const pauseMs = 10 * 24 * 60 * 60_000;

/**
 * Counts and hashes again, from what the second server itself gives as its content.
 *
 * @throws HoldfastError `restore-verification-failed` naming what differs
 */
export async function verifyStage(
  stage: Stage,
  { container }: Pick<ConnectedServer, 'container'>,
  { counts, hashes }: Pick<Manifest, 'counts' | 'hashes'>,
  details: RedisDetails,
  signal: AbortSignal,
): Promise<void> {
  await freeze(stage);
  if (!details.counted) return;
  const check = new RdbCheck(details.expiredAt);
  const reading = pipeline(check, new Writable({ write: (_chunk, _encoding, done) => done() }));
  reading.catch(() => {});
  const result = await runClient(stage.server, ['--rdb', '-'], { output: { writable: check }, signal });
  if (result.exitCode !== 0) throw transferFailure(result, { container });
  await reading;
  check.verify();
  const different = [
    ...differencesOf(counts, check.tally.counts()),
    ...differentHashes(hashes ?? {}, check.tally.hashes()),
  ];
  if (different.length === 0) return;
  throw new HoldfastError(
    'restore-verification-failed',
    `The data was loaded beside, but not as it was counted: ${summarise(different)}.`,
  );
}

/** While writers are paused no key expires; and a server that is nobody's replica gives its data away. */
export async function freeze(stage: Stage): Promise<void> {
  await command(stage.server, ['CLIENT', 'PAUSE', String(pauseMs), 'WRITE']);
  await command(stage.server, ['REPLICAOF', 'NO', 'ONE']);
}

function differentHashes(expected: Record<string, string>, found: Record<string, string>): string[] {
  return Object.keys(expected)
    .filter((name) => expected[name] !== found[name])
    .map((name) => `the hash of ${name} is another`);
}
