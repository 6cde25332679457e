import { readFile } from 'node:fs/promises';
import type { ContainerDetails } from '@holdfast/docker';
import { isWithin } from './mount.rules.ts';

/** Which paths of the engine's host mean the same to this process. */
export interface HostView {
  sees(path: string): boolean;
  /** This process's own paths, where they are the host's. */
  own(paths: readonly string[]): readonly string[];
}

/** With an engine on another host, no path of it means anything here. */
export const nothing: HostView = { sees: () => false, own: () => [] };

/**
 * A process on the engine's host sees all of it. One inside a container of that engine sees what was mounted
 * into it under its own path. Which container that is the kernel says: the engine mounts files from a folder
 * with the container's id (`/etc/hostname` and others).
 */
export async function hostView(containers: readonly ContainerDetails[], local: boolean): Promise<HostView> {
  if (!local) return nothing;
  const table = await readFile('/proc/self/mountinfo', 'latin1').catch(() => '');
  return viewFrom(containers, table);
}

export function viewFrom(containers: readonly ContainerDetails[], mountTable: string): HostView {
  const inside = containers.find(({ id }) => id.length === 64 && mountTable.includes(id));
  if (inside === undefined) return { sees: () => true, own: (paths) => paths };
  const shared = inside.mounts.filter(({ source, destination }) => source === destination);
  return { sees: (path) => shared.some(({ source }) => isWithin(path, source)), own: () => [] };
}
