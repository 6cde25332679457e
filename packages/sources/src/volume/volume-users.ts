import type { DockerHost, EngineVolume } from '@holdfast/docker';
import { type TreeUser, treeUsers } from '../files/tree-users.ts';

/** The containers that mount a volume, by its name or by its folder. */
export function volumeUsers(
  docker: DockerHost,
  { name, mountpoint }: Pick<EngineVolume, 'name' | 'mountpoint'>,
): Promise<TreeUser[]> {
  return treeUsers(docker, (mount) =>
    mount.type === 'volume' ? mount.name === name : mount.type === 'bind' && mount.source === mountpoint,
  );
}
