import type { DockerHost, EngineVolume } from '@holdfast/docker';
import { chooseConsistency } from '../files/consistency.ts';
import type { Occupation } from '../files/tree-users.ts';
import type { CaptureContext } from '../source.ts';
import { volumeUsers } from './volume-users.ts';

/** Who uses a volume, and whether they may be stopped while its content is replaced. */
export async function occupationOf(
  docker: DockerHost,
  volume: EngineVolume,
  { services }: CaptureContext,
): Promise<Occupation> {
  const users = await volumeUsers(docker, volume);
  const own = { shown: `the volume ${volume.name}`, labels: volume.labels };
  const mayStop = chooseConsistency([own, ...users], services?.defaultConsistency) === 'stop';
  return { users, mayStop, shown: `The volume ${volume.name}` };
}
