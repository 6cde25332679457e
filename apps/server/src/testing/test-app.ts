import { destinationKinds } from '@holdfast/destinations';
import { createMemoryEngine, createMemorySource } from '@holdfast/worker/testing';
import { createApp } from '../app.ts';
import { loadConfig } from '../config.ts';
import { withKeys } from '../keyed-config.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeDocker } from './fake-docker.ts';
import { temporaryDatabase } from './temporary-database.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The nouns joined to each other on a real database, with a clock that can be moved; nothing runs. */
export async function createTestApp() {
  const { database } = await temporaryDatabase();
  const clock = createFakeClock();
  const logged: string[] = [];
  const log = (_level: string, message: string, error?: unknown) => {
    logged.push(error instanceof Error ? `${message} ${error.message}` : message);
  };
  const config = withKeys(
    loadConfig({
      environment: { TZ: 'UTC' },
      overrides: { dataDirectory: await temporaryFolder() },
    }),
  );
  const app = await createApp(config, database, {
    engine: createMemoryEngine(),
    docker: createFakeDocker(),
    sourceKinds: [createMemorySource()],
    destinationKinds,
    clock,
    version: '0.1.0',
    log,
  });
  return { app, database, clock, logged, log };
}
