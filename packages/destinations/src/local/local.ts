import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DestinationKind } from '../destination.ts';
import { repositoryKey } from '../names.ts';
import { localObjectStore } from './object-store.ts';
import { probeLocal } from './probe.ts';
import { type LocalSettings, localSettingsSchema } from './settings.ts';

/** A folder on this machine. */
export const localDestination: DestinationKind<LocalSettings> = {
  kind: 'local',
  traits: { onThisMachine: true },
  settings: localSettingsSchema,
  secretSettings: [],
  describe: (settings) => settings.path,
  async space({ path: folder }) {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
  access: (settings, repositoryName) => ({
    location: path.join(settings.path, repositoryKey(repositoryName)),
    environment: {},
    options: [],
  }),
  objects: (settings) => localObjectStore(settings.path),
  probe: probeLocal,
};
