import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ContainerDetails, DockerHost } from './docker-host.ts';

/** Which paths of the engine's host mean the same to this process. */
export interface HostView {
  sees(path: string): boolean;
  /** This process's own paths, where they are the host's: none inside a container. */
  own(paths: readonly string[]): readonly string[];
}

type Mounted = Pick<ContainerDetails, 'id' | 'mounts'>;

/** With an engine on another host, no path of it means anything here. */
export const nothingOfHost: HostView = { sees: () => false, own: () => [] };

/**
 * A process on the engine's host sees all of it. One inside a container of that engine sees what was mounted
 * into it under its own path. Which container that is the kernel says: the engine mounts files from a folder
 * with the container's id (`/etc/hostname` and others).
 */
export async function hostView(containers: readonly Mounted[], local: boolean): Promise<HostView> {
  return local ? viewFrom(containers, await ownMounts()) : nothingOfHost;
}

/** As `hostView`, where the containers were listed only. @throws HoldfastError `docker-…` */
export async function hostViewOf(
  docker: DockerHost,
  listed: readonly { readonly id: string }[],
): Promise<HostView> {
  if (!docker.local) return nothingOfHost;
  const table = await ownMounts();
  const inside = listed.find(({ id }) => id.length === 64 && table.includes(id));
  return viewFrom(inside === undefined ? [] : [await docker.inspect(inside.id)], table);
}

const ownMounts = () => readFile('/proc/self/mountinfo', 'latin1').catch(() => '');

export function viewFrom(containers: readonly Mounted[], mountTable: string): HostView {
  const inside = containers.find(({ id }) => id.length === 64 && mountTable.includes(id));
  if (inside === undefined) return { sees: () => true, own: (paths) => paths };
  const shared = inside.mounts.filter(({ source, destination }) => source === destination);
  return { sees: (path) => shared.some(({ source }) => isWithin(path, source)), own: () => [] };
}

function isWithin(inner: string, outer: string): boolean {
  const relative = path.posix.relative(path.posix.normalize(outer), path.posix.normalize(inner));
  return relative !== '..' && !relative.startsWith('../');
}
