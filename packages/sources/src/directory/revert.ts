import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { chooseConsistency } from '../files/consistency.ts';
import { exists } from '../files/previous-name.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { clearUsers } from '../files/tree-users.ts';
import type { CaptureContext, Exchange } from '../source.ts';
import { folderUsers } from './folder-users.ts';
import type { DirectoryLocator } from './locator.ts';

/**
 * Puts the folder from before a restore back into its place and removes the restored one. Each step shows in the
 * names that are there, so that a repetition goes on where a dead one stopped.
 * @throws HoldfastError `restore-target-busy`
 */
export async function revertDirectory(
  _locator: DirectoryLocator,
  { restored, previous }: Exchange,
  context: CaptureContext,
): Promise<void> {
  const [target] = restored;
  const [kept] = previous;
  if (target === undefined) return;
  const undone = `${target}.holdfast-undone`;
  const users = await folderUsers(target, context);
  const mayStop = chooseConsistency(users, context.services?.defaultConsistency) === 'stop';
  const release = await clearUsers(
    { users, mayStop, shown: `The folder ${JSON.stringify(target)}` },
    context,
  );
  try {
    if (kept === undefined) {
      // Nothing was there before.
      if (await exists(target)) await rename(target, undone);
    } else if (await exists(kept)) {
      if ((await exists(target)) && !(await exists(undone))) await rename(target, undone);
      await rename(kept, target);
    }
    await syncFolder(path.dirname(target));
  } finally {
    await release();
  }
  await rm(undone, { recursive: true, force: true });
}
