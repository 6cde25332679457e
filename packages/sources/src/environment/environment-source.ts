import type { SourceKind } from '../source.ts';
import { captureEnvironment } from './capture.ts';
import { type EnvironmentLocator, environmentLocator } from './locator.ts';
import { restoreEnvironment, revertEnvironment } from './restore.ts';

/** How an environment is built: its containers, networks and volumes, its small files, and the snapshots of its data. */
export const environmentSource: SourceKind<EnvironmentLocator> = {
  kind: 'environment',
  // No data of its own: `counts` are those of the things that it lists.
  traits: {
    discoverable: false,
    counts: 'files',
    restoreBeside: false,
    restoreInPlace: false,
    restorePaths: false,
  },
  locator: environmentLocator,
  detectEnvironment: ({ name, project }) => ({
    locator: { environment: name, ...(project === undefined ? {} : { project }) },
  }),
  capture: captureEnvironment,
  restore: restoreEnvironment,
  revert: revertEnvironment,
};
