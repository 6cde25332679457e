import { randomBytes } from 'node:crypto';
import { destinationKinds } from '@holdfast/destinations';
import { createMemoryEngine, createMemorySource } from '@holdfast/worker/testing';
import { createApp } from '../app.ts';
import { type Config, loadConfig } from '../config.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeDocker } from './fake-docker.ts';
import { temporaryDatabase } from './temporary-database.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** As a start completes it where no key is set. */
export function withKey(config: Config) {
  return { ...config, selfBackups: { ...config.selfBackups, key: randomBytes(32) } };
}

/** The nouns joined to each other on a real database, with a clock that can be moved; nothing runs. */
export async function createTestApp() {
  const { database } = await temporaryDatabase();
  const clock = createFakeClock();
  const logged: string[] = [];
  const log = (_level: string, message: string, error?: unknown) => {
    logged.push(error instanceof Error ? `${message} ${error.message}` : message);
  };
  const config = loadConfig({
    environment: { TZ: 'UTC' },
    overrides: { dataDirectory: await temporaryFolder() },
  });
  const app = await createApp(withKey(config), randomBytes(32), database, {
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
