import { realpath } from 'node:fs/promises';
import { takeBackPaths } from '../files/exchange-paths.ts';
import { fillDrill } from '../files/fill-tree.ts';
import { insideOf, pathsIntentFile } from '../files/restore-paths.ts';
import type { SourceKind } from '../source.ts';
import { captureDirectory } from './capture.ts';
import { detectBindMount } from './detect-mount.ts';
import { folderOnHost } from './host-folder.ts';
import { type DirectoryLocator, directoryLocator } from './locator.ts';
import { restoreDirectory } from './restore.ts';
import { revertDirectory } from './revert.ts';
import { intentFileOf, takeBack } from './swap.ts';

/** A folder on the host, with everything in it. */
export const directorySource: SourceKind<DirectoryLocator> = {
  kind: 'directory',
  traits: {
    discoverable: false,
    counts: 'files',
    restoreBeside: true,
    restoreInPlace: true,
    restorePaths: true,
  },
  locator: directoryLocator,
  drill: { into: 'folder', restore: fillDrill },
  detectMount: detectBindMount,
  hostFolder: folderOnHost,
  capture: captureDirectory,
  restore: restoreDirectory,
  revert: revertDirectory,
  async cleanUp(locator, operationId, { reporter }) {
    const resolved = await realpath(locator.path).catch(() => locator.path);
    for (const original of new Set([locator.path, resolved])) {
      const said = [
        ...(await takeBack(intentFileOf(original, operationId))),
        ...(await takeBackPaths(pathsIntentFile(original, operationId))),
        ...(await takeBackPaths(pathsIntentFile(insideOf(original), operationId))),
      ];
      for (const sentence of said) reporter.log('warn', sentence);
    }
  },
};
