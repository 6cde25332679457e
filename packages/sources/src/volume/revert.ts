import { stat } from 'node:fs/promises';
import { dressRoot } from '../files/fill-tree.ts';
import { finishSwap, swapContent } from '../files/swap-content.ts';
import { clearUsers } from '../files/tree-users.ts';
import type { CaptureContext, Exchange } from '../source.ts';
import { engineOf, pathOf } from './locate.ts';
import type { VolumeLocator } from './locator.ts';
import { occupationOf } from './occupation.ts';
import { openWorkshop } from './workshop.ts';

/**
 * Exchanges the restored content for the one that the restore kept, and removes it; where the restore had made the volume,
 * removes that. What a dead one had begun is ended, not begun again.
 * @throws HoldfastError `restore-target-busy`
 */
export async function revertVolume(
  _locator: VolumeLocator,
  { restored, previous }: Exchange,
  context: CaptureContext,
): Promise<void> {
  const docker = engineOf(context);
  const [name] = restored;
  const [keptName] = previous;
  if (name === undefined) return;
  if (keptName === undefined) return docker.resources.removeVolume(name);
  const [volume, kept] = [await docker.resources.volume(name), await docker.resources.volume(keptName)];
  if (volume === undefined || kept === undefined) return;
  const [target, fresh] = [await pathOf(volume, docker), await pathOf(kept, docker)];
  const workshop = await openWorkshop(docker, `${keptName}.undone`, context.operationId);
  const release = await clearUsers(await occupationOf(docker, volume, context), context);
  try {
    const { mode, uid, gid, mtimeMs } = await stat(fresh);
    if (await workshop.hasIntent()) await finishSwap(workshop.intentFile);
    else await swapContent(workshop.intentFile, { target, fresh, previous: workshop.content });
    await dressRoot(target, { mode: mode & 0o7777, uid, gid, mtimeMs });
  } finally {
    await release();
  }
  await docker.resources.removeVolume(keptName);
  await workshop.remove();
}
