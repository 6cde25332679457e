import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, startRedis } from '@holdfast/sources/testing';
import type { ApiClient } from '../../apps/cli/src/api/api-client.ts';
import {
  type ChangingSource,
  changingDirectory,
  changingPostgres,
  changingRedis,
  changingSqlite,
} from './changing-sources.ts';
import { freshHoldfast, type Holdfast } from './holdfast.ts';
import { hostClient } from './host-client.ts';

/** A Holdfast with sources that change, and what each of them held at any time. */
export interface KillScene extends AsyncDisposable {
  readonly holdfast: Holdfast;
  /** Where Holdfast and its children put what they need for a moment. */
  readonly temporary: string;
  /** Two folders and an SQLite database. */
  readonly files: readonly ChangingSource[];
  /** PostgreSQL and Redis, where there is an engine to run them. */
  readonly servers: readonly ChangingSource[];
  /** Changes every source, and remembers what it holds from now on. */
  change(): Promise<void>;
  /** What a source held at a time. */
  heldAt(source: string, time: Date): string | undefined;
  /** The API as the host uses it, of the server that runs. */
  client(): Promise<ApiClient>;
}

export async function openKillScene(): Promise<KillScene> {
  await using opened = new AsyncDisposableStack();
  const hasEngine = process.env['HOLDFAST_LAB_DOCKER_HOST'] !== undefined;
  const folder = await removedAfterwards(opened, 'holdfast-kill-sources-');
  const temporary = await removedAfterwards(opened, 'holdfast-kill-temporary-');
  const postgres = hasEngine
    ? opened.use(
        await startPostgres({
          environment: { POSTGRES_PASSWORD: 'the password of postgres', POSTGRES_DB: 'shop' },
        }),
      )
    : undefined;
  const redis = hasEngine ? opened.use(await startRedis()) : undefined;
  const names = [postgres, redis].flatMap((container) => (container === undefined ? [] : [container.name]));
  const holdfast = opened.use(
    await freshHoldfast(names.join(',') || 'no-container-has-this-name', {
      TMPDIR: temporary,
      ...(hasEngine ? {} : { DOCKER_HOST: `unix://${path.join(folder, 'no-engine.sock')}` }),
    }),
  );
  const files = [
    await changingDirectory(holdfast, folder, 'uploads'),
    await changingDirectory(holdfast, folder, 'papers'),
    await changingSqlite(holdfast, folder, 'orders'),
  ];
  const servers = [
    ...(postgres === undefined ? [] : [await changingPostgres(holdfast, postgres, 'shop')]),
    ...(redis === undefined ? [] : [changingRedis(holdfast, redis)]),
  ];
  const states: { source: string; from: number; digest: string }[] = [];
  const kept = opened.move();
  return {
    holdfast,
    temporary,
    files,
    servers,
    async change() {
      for (const source of [...files, ...servers]) {
        await source.change();
        states.push({ source: source.name, from: Date.now(), digest: await source.digest() });
      }
    },
    heldAt: (name, time) =>
      states.findLast(({ source, from }) => source === name && from <= time.getTime())?.digest,
    client: () => hostClient(holdfast),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function removedAfterwards(stack: AsyncDisposableStack, prefix: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), prefix));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
