import { realpath } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import { captureTree } from '../files/capture-tree.ts';
import { chooseConsistency } from '../files/consistency.ts';
import type { Capture, CaptureContext } from '../source.ts';
import { folderUsers } from './folder-users.ts';
import type { DirectoryLocator } from './locator.ts';

/** Offers a folder as it is, see `captureTree`. @throws HoldfastError as it does, and `setting-invalid` */
export async function captureDirectory(locator: DirectoryLocator, context: CaptureContext): Promise<Capture> {
  throwIfCancelled(context.signal);
  const shown = `folder at ${JSON.stringify(locator.path)}`;
  const path = await realpath(locator.path).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT' ? `There is no ${shown}.` : `The ${shown} cannot be found: ${error.message}.`;
    throw new HoldfastError('source-unreadable', why, { cause: error });
  });
  const users = await folderUsers(path, context);
  const consistency = chooseConsistency(users, context.services?.defaultConsistency);
  return captureTree({ path, shown, consistency, users }, context);
}
