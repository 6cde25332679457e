import path from 'node:path';
import { type ContainerDetails, ownContainer } from '@holdfast/docker';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { exists } from '../files/previous-name.ts';
import type { CaptureContext } from '../source.ts';
import { folderUsers } from './folder-users.ts';
import type { DirectoryLocator } from './locator.ts';

/** What a container needs of its own image; nothing of the host may be put over it. */
const needed = ['/bin', '/dev', '/etc', '/lib', '/opt/holdfast', '/proc', '/run', '/sys', '/usr'];

/**
 * The folder that holds this one on the engine's host, for a process in a container that does not have it mounted. What
 * no container mounts, and what this process may have at its path, is a folder of its own.
 * @param newName the path of a copy beside it
 * @throws HoldfastError `invalid-input` when the copy is to be where a helper container would not reach
 */
export async function folderOnHost(
  locator: DirectoryLocator,
  context: CaptureContext,
  newName?: string,
): Promise<string | undefined> {
  const own = await around(context);
  if (own === undefined) return undefined;
  const mounted = own.mounts.map(({ destination }) => destination);
  if (mounted.some((place) => isWithin(locator.path, place))) return undefined;
  const parent = path.dirname(locator.path);
  const used = (await folderUsers(locator.path, context)).length > 0;
  if (!used && (await exists(parent))) return undefined;
  const hidden = [...needed, ...mounted].some((place) => isWithin(place, parent) || isWithin(parent, place));
  // Without the folder that holds it, its content can be read and written, but it cannot be renamed.
  const folder = hidden ? locator.path : parent;
  if (newName !== undefined && path.dirname(path.resolve(newName)) !== folder) {
    throw new HoldfastError(
      'invalid-input',
      `The folder lies on the host of the engine, and a copy cannot be at ${JSON.stringify(newName)}: Holdfast runs in a container, and reaches only ${JSON.stringify(folder)} there.`,
    );
  }
  return folder;
}

/** The container of this process. A folder needs no engine: where there is none, there is no such container. */
async function around({ docker }: CaptureContext): Promise<ContainerDetails | undefined> {
  if (docker?.local !== true) return undefined;
  return ownContainer(docker).catch((error: unknown) => {
    if (asHoldfastError(error).code.startsWith('docker-')) return undefined;
    throw error;
  });
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}
