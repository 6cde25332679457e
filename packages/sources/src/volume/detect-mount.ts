import type { EngineVolume } from '@holdfast/docker';
import { consistencyProblem } from '../files/consistency.ts';
import type { Detection, HostMount } from '../source.ts';
import type { VolumeLocator } from './locator.ts';
import { isOwnVolume } from './own-volumes.ts';

/**
 * A volume of the engine. What this process may see of its files, and whether its driver keeps any between two starts,
 * the capture finds out.
 */
export function detectVolume(
  mount: HostMount,
): (Detection<VolumeLocator> & { readonly name: string }) | undefined {
  const { type, name, driver = 'local', options = {}, labels, users } = mount;
  if (type !== 'volume' || name === undefined || isOwnVolume(labels)) return undefined;
  const problem =
    driverProblem({ name, driver, options }) ??
    consistencyProblem([
      { shown: `the volume ${name}`, labels },
      ...users.map(({ container }) => ({
        shown: `the container ${container.name}`,
        labels: container.labels,
      })),
    ]);
  return { locator: { volume: { name } }, name, ...(problem === undefined ? {} : { problem }) };
}

/** Why the files of a volume do not lie, and stay, in a folder of the engine's host; undefined when they do. */
export function driverProblem({ name, driver, options }: Pick<EngineVolume, 'name' | 'driver' | 'options'>) {
  if (driver !== 'local') {
    return `The volume ${name} belongs to the volume driver ${JSON.stringify(driver)}; only volumes of the driver "local" are backed up as files.`;
  }
  return options['type'] === 'tmpfs'
    ? `The volume ${name} is in memory (tmpfs): it is empty whenever no container uses it, and there is nothing to keep.`
    : undefined;
}
