import { takeBackPaths } from '../files/exchange-paths.ts';
import { fillDrill } from '../files/fill-tree.ts';
import { insideOf, pathsIntentFile } from '../files/restore-paths.ts';
import { takeBackContent } from '../files/swap-content.ts';
import type { CaptureContext, SourceKind } from '../source.ts';
import { captureVolume } from './capture.ts';
import { detectVolume } from './detect-mount.ts';
import { engineOf, locateVolume, volumesFolder } from './locate.ts';
import { type VolumeLocator, volumeLocator } from './locator.ts';
import { restoreVolume } from './restore.ts';
import { revertVolume } from './revert.ts';
import { openWorkshop, workshopName } from './workshop.ts';

/** A volume of the Docker engine, file by file. */
export const volumeSource: SourceKind<VolumeLocator> = {
  kind: 'volume',
  traits: {
    discoverable: false,
    counts: 'files',
    restoreBeside: true,
    restoreInPlace: true,
    restorePaths: true,
  },
  locator: volumeLocator,
  drill: { into: 'folder', restore: fillDrill },
  detectMount: detectVolume,
  hostFolder: ({ volume }, context) => volumesFolder(volume.name, context),
  capture: captureVolume,
  restore: restoreVolume,
  revert: revertVolume,
  cleanUp,
};

/** Takes back what a dead restore had begun, and removes what it had made. */
async function cleanUp(locator: VolumeLocator, operationId: string, context: CaptureContext): Promise<void> {
  const docker = engineOf(context);
  await cleanUpInside(locator, operationId, context);
  const name = workshopName(operationId);
  if ((await docker.resources.volume(name)) === undefined) return;
  const workshop = await openWorkshop(docker, name, operationId);
  for (const sentence of await takeBackContent(workshop.intentFile)) context.reporter.log('warn', sentence);
  for (const sentence of await takeBackPaths(workshop.pathsIntentFile))
    context.reporter.log('warn', sentence);
  await workshop.remove();
}

/** Of a restore of some files in place. */
async function cleanUpInside(
  { volume: { name } }: VolumeLocator,
  operationId: string,
  context: CaptureContext,
): Promise<void> {
  // One that is gone, or cannot be reached now, is no reason to leave the rest.
  const located = await locateVolume(name, context).catch(() => undefined);
  if (located === undefined) return;
  const said = await takeBackPaths(pathsIntentFile(insideOf(located.path), operationId));
  for (const sentence of said) context.reporter.log('warn', sentence);
}
