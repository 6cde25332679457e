import { throwIfCancelled } from '../files/cancellation.ts';
import { captureTree } from '../files/capture-tree.ts';
import { chooseConsistency } from '../files/consistency.ts';
import type { Capture, CaptureContext } from '../source.ts';
import { volumeDetails } from './details.ts';
import { engineOf, locateVolume } from './locate.ts';
import type { VolumeLocator } from './locator.ts';
import { volumeUsers } from './volume-users.ts';

/** Offers the files of a volume, see `captureTree`. @throws HoldfastError as it does, `setting-invalid` */
export async function captureVolume(
  { volume: { name } }: VolumeLocator,
  context: CaptureContext,
): Promise<Capture> {
  throwIfCancelled(context.signal);
  const { volume, path } = await locateVolume(name, context);
  const users = await volumeUsers(engineOf(context), volume);
  const own = { shown: `the volume ${name}`, labels: volume.labels };
  const consistency = chooseConsistency([own, ...users], context.services?.defaultConsistency);
  const details = volumeDetails(volume);
  return captureTree({ path, shown: `volume ${name}`, consistency, users, details }, context);
}
