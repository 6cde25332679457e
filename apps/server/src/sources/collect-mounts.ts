import type { ContainerDetails, EngineVolume } from '@holdfast/docker';
import type { HostMount } from '@holdfast/sources';

type User = HostMount['users'][number];

/**
 * Every volume and every folder that containers share with the host, each with the containers that use it, and the
 * volumes that nobody uses. `volumes` may be empty where the engine does not list them: those in use
 * are known from the containers.
 */
export function collectMounts(
  containers: readonly ContainerDetails[],
  volumes: readonly EngineVolume[],
): HostMount[] {
  const collected = new Map<string, HostMount & { readonly users: User[] }>();
  const known = new Map(volumes.map((volume) => [volume.name, volume]));
  for (const container of byName(containers)) {
    for (const { type, name, driver, source, destination, readWrite } of container.mounts) {
      if (type !== 'volume' && type !== 'bind') continue;
      const key = `${type} ${name ?? source}`;
      const mount = collected.get(key) ?? {
        type,
        ...(name === undefined ? {} : { name }),
        ...driverOf(driver, known.get(name ?? '')),
        path: source,
        labels: known.get(name ?? '')?.labels ?? {},
        users: [],
      };
      mount.users.push({ container, destination, readWrite });
      collected.set(key, mount);
    }
  }
  const unused = volumes
    .filter(({ name }) => !collected.has(`volume ${name}`) && !isAnonymous({ type: 'volume', name }))
    .map(({ name, driver, mountpoint: path, labels }) => ({
      type: 'volume' as const,
      name,
      driver,
      path,
      labels,
      users: [],
    }));
  return [...collected.values(), ...unused];
}

/** The engine names a volume that nobody named by 64 hexadecimal digits. */
export function isAnonymous({ type, name }: Pick<HostMount, 'type' | 'name'>): boolean {
  return type === 'volume' && /^[0-9a-f]{64}$/.test(name ?? '');
}

function driverOf(
  driver: string | undefined,
  volume: EngineVolume | undefined,
): Pick<HostMount, 'driver' | 'options'> {
  const known = driver ?? volume?.driver;
  return {
    ...(known === undefined ? {} : { driver: known }),
    ...(volume === undefined ? {} : { options: volume.options }),
  };
}

function byName(containers: readonly ContainerDetails[]): ContainerDetails[] {
  return containers.toSorted((a, b) => a.name.localeCompare(b.name));
}
