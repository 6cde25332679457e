import type { RawContainer } from './raw-container.ts';

const byContainer = /^container:(.+)$/;

/** Finds the name of a container by its id, the beginning of it, or its name. */
export type NameOf = (reference: string) => string;

export function namesOf(containers: readonly { readonly id: string; readonly name: string }[]): NameOf {
  return (reference) => {
    const found =
      containers.find(({ name }) => name === reference) ??
      (/^[0-9a-f]{12,64}$/.test(reference)
        ? containers.find(({ id }) => id.startsWith(reference))
        : undefined);
    return found?.name ?? reference;
  };
}

/** `container:<id>` by name; other modes as they are. */
export function namedMode(mode: string, nameOf: NameOf): string {
  const [, reference] = byContainer.exec(mode) ?? [];
  return reference === undefined ? mode : `container:${nameOf(reference)}`;
}

/** The engine says `/target:/container/alias`, and takes `target:alias`. */
export function namedLink(link: string, nameOf: NameOf): string {
  const [target = '', alias] = link.split(':');
  const name = nameOf(target.replace(/^\//, ''));
  return alias === undefined ? name : `${name}:${alias.slice(alias.lastIndexOf('/') + 1)}`;
}

/** `<id>[:mode]`. */
export function namedVolumesFrom(entry: string, nameOf: NameOf): string {
  const [reference = '', ...mode] = entry.split(':');
  return [nameOf(reference), ...mode].join(':');
}

/** The containers that another one cannot be made or started without, by name. */
export function referencedContainers(container: RawContainer, nameOf: NameOf): string[] {
  const { NetworkMode, IpcMode, PidMode, Links, VolumesFrom } = container.HostConfig;
  const modes = [NetworkMode, IpcMode, PidMode].flatMap((mode) => {
    const [, reference] = byContainer.exec(mode ?? '') ?? [];
    return reference === undefined ? [] : [nameOf(reference)];
  });
  const endpoints = Object.values(container.NetworkSettings?.Networks ?? {});
  const links = [...(Links ?? []), ...endpoints.flatMap((endpoint) => endpoint?.Links ?? [])];
  const named = [
    ...modes,
    ...links.map((link) => namedLink(link, nameOf).split(':')[0] ?? ''),
    ...(VolumesFrom ?? []).map((entry) => namedVolumesFrom(entry, nameOf).split(':')[0] ?? ''),
  ];
  return [...new Set(named)].filter((name) => name !== '' && name !== container.Name);
}

/** Ids of containers that are gone, in what was to be a name: the container that has them cannot be started again. */
export function lostReferences(container: RawContainer, nameOf: NameOf): string[] {
  return referencedContainers(container, nameOf).filter((name) => /^[0-9a-f]{64}$/.test(name));
}
