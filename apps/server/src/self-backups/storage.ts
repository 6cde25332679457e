import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type FileStore, type FileStoreProvider, openFileStore } from '@holdfast/destinations';
import { dataDirectoryFiles } from '../data-directory/files.ts';
import { backupFileName, backupKey, keyBeginning } from './prefix.rules.ts';
import type { SelfBackupSettings } from './self-backups.settings.ts';

/** A place for backups: the storage that is configured, or a folder of the data directory. */
export interface BackupPlace {
  readonly provider: FileStoreProvider;
  /** The key of a backup that begins now. */
  readonly keyAt: (now: Date) => string;
  /** What the keys of all backups begin with. */
  readonly beginning: string;
  readonly files: FileStore;
  /** Makes what has to be there before anything can be stored. */
  readonly ready: () => Promise<void>;
}

/** Where the schedule stores. */
export function configuredPlace(settings: SelfBackupSettings, dataDirectory: string): BackupPlace {
  const { provider, storage, prefix } = settings;
  const { destinations } = dataDirectoryFiles(dataDirectory);
  return {
    provider,
    keyAt: (now) => backupKey(prefix, now),
    beginning: keyBeginning(prefix),
    files: openFileStore(provider, storage),
    async ready() {
      // Another folder's parent has to be there already: a disk may not be mounted.
      const { path: folder } = storage;
      const own = typeof folder === 'string' && folder.startsWith(destinations + path.sep);
      if (provider === 'local' && own) await mkdir(destinations, { recursive: true, mode: 0o700 });
    },
  };
}

/** Where `holdfast self backup` stores. */
export function dataDirectoryPlace(dataDirectory: string): BackupPlace {
  return {
    provider: 'local',
    keyAt: backupFileName,
    beginning: '',
    files: openFileStore('local', { path: dataDirectoryFiles(dataDirectory).backups }),
    ready: () => Promise.resolve(),
  };
}
