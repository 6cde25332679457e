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
  const { type, name, driver = 'local', labels, users } = mount;
  if (type !== 'volume' || name === undefined || isOwnVolume(labels)) return undefined;
  const problem =
    driver === 'local'
      ? consistencyProblem([
          { shown: `the volume ${name}`, labels },
          ...users.map(({ container }) => ({
            shown: `the container ${container.name}`,
            labels: container.labels,
          })),
        ])
      : driverProblem(name, driver);
  return { locator: { volume: { name } }, name, ...(problem === undefined ? {} : { problem }) };
}

/** Only of the engine's own driver is it known that the files lie in a folder of the host. */
export function driverProblem(name: string, driver: string): string {
  return `The volume ${name} belongs to the volume driver ${JSON.stringify(driver)}; only volumes of the driver "local" are backed up as files.`;
}
