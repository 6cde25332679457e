import type { Engine } from '../engine.ts';
import { backupPaths } from './backup-paths.ts';
import { backupStream } from './backup-stream.ts';
import { check } from './check.ts';
import { dump } from './dump.ts';
import { forget } from './forget.ts';
import { initialise } from './init.ts';
import { addKey } from './key/key-add.ts';
import { listKeys } from './key/key-list.ts';
import { removeKey } from './key/key-remove.ts';
import { list } from './ls.ts';
import { prune } from './prune.ts';
import { type ResticOptions, resticSettings } from './restic-settings.ts';
import { restore } from './restore.ts';
import { listSnapshots } from './snapshots.ts';
import { storedBytes } from './stats.ts';
import { unlock } from './unlock.ts';
import { type EngineVersion, resticVersion } from './version.ts';

export interface ResticEngine extends Engine {
  /** The restic that runs, where it is and where it came from. @throws HoldfastError `engine-missing` */
  describe(): Promise<EngineVersion>;
}

/** The storage engine: the restic command line program, never a library of its own. */
export function createResticEngine(options: ResticOptions = {}): ResticEngine {
  const settings = resticSettings(options);
  return {
    describe: () => resticVersion(settings),
    version: async () => (await resticVersion(settings)).version,
    initialise: (repository, run) => initialise(settings, repository, run),
    backupStream: (repository, backup) => backupStream(settings, repository, backup),
    backupPaths: (repository, backup) => backupPaths(settings, repository, backup),
    snapshots: (repository, run = {}) =>
      listSnapshots(settings, repository, run.tag === undefined ? {} : { tags: [run.tag] }, run),
    dump: async (repository, run) => dump(settings, repository, run),
    list: (repository, run) => list(settings, repository, run),
    restore: (repository, run) => restore(settings, repository, run),
    forget: (repository, ids, run) => forget(settings, repository, ids, run),
    prune: (repository, run) => prune(settings, repository, run),
    check: (repository, run) => check(settings, repository, run),
    unlock: (repository, run) => unlock(settings, repository, run),
    storedBytes: (repository, run) => storedBytes(settings, repository, run),
    keys: (repository, run) => listKeys(settings, repository, run),
    addKey: (repository, key, run) => addKey(settings, repository, key, run),
    removeKey: (repository, id, run) => removeKey(settings, repository, id, run),
  };
}
