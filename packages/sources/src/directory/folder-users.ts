import { asHoldfastError } from '@holdfast/runtime';
import { mountsFolder } from '../files/mounts-folder.ts';
import { type TreeUser, treeUsers } from '../files/tree-users.ts';
import type { CaptureContext } from '../source.ts';

/** Errors that say that there is no engine here: then no container uses the folder. */
const noEngine = new Set(['docker-unreachable', 'docker-permission-denied', 'docker-forbidden']);

/** The containers that have a folder mounted. A folder needs no engine: where there is none, nobody has. */
export async function folderUsers(path: string, { docker }: CaptureContext): Promise<readonly TreeUser[]> {
  if (docker?.local !== true) return [];
  try {
    return await treeUsers(docker, (mount) => mountsFolder(mount, path));
  } catch (error) {
    if (noEngine.has(asHoldfastError(error).code)) return [];
    throw error;
  }
}
