import { Secret } from '@holdfast/runtime';
import { createResticEngine } from '../restic/restic-engine.ts';

/**
 * A program for tests to kill: `waiting-child.ts REPOSITORY CACHE FOLDER [ID]`, the password in RESTIC_PASSWORD. It
 * forgets the snapshot, or stores the folder where there is none, and waits for as long as somebody holds the repository.
 */
const [, , location = '', cacheDirectory = '', root = '', resticId] = process.argv;
const engine = createResticEngine({ cacheDirectory });
const repository = {
  access: { location, environment: {}, options: [] },
  password: new Secret(process.env.RESTIC_PASSWORD ?? ''),
  host: 'agent-1',
};
if (resticId !== undefined) await engine.forget(repository, [resticId]);
else
  await engine.backupPaths(repository, { root, excludes: [], tags: ['operation:killed'], time: new Date() });
