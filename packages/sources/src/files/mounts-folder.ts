import type { ContainerMount } from '@holdfast/docker';

/**
 * Whether a container's mount shows files of a folder of the host: the folder itself, one in it, or one around it. Whoever
 * mounts the whole host looks after the host, not after that folder.
 */
export function mountsFolder({ type, source }: ContainerMount, folder: string): boolean {
  if (type !== 'bind' || source === '' || source === '/') return false;
  return source === folder || source.startsWith(`${folder}/`) || folder.startsWith(`${source}/`);
}
