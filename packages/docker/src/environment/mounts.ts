import path from 'node:path';
import type { RawContainer } from './raw-container.ts';

type Words = Record<string, unknown>;

/** What is mounted, as it was declared; anonymous volumes by the names that they got, so that their data is found. */
export function declaredMounts(
  container: RawContainer,
  lenders: readonly RawContainer[],
): { readonly Binds: string[]; readonly Mounts: Words[] } {
  const { Binds, Mounts } = container.HostConfig;
  const binds = [...(Binds ?? [])];
  const mounts = (Mounts ?? []).map((mount) => nameVolume(mount, container));
  const declared = new Set([
    ...binds.map(bindTarget),
    ...mounts.map(({ Target }) => cleanPath(String(Target))),
  ]);
  // The engine lists them in another order each time.
  const mounted = container.Mounts.toSorted((one, other) => (one.Destination < other.Destination ? -1 : 1));
  for (const { Type, Name, Destination, RW } of mounted) {
    if (Type !== 'volume' || !Name || declared.has(cleanPath(Destination))) continue;
    const lent = lenders.some((lender) =>
      lender.Mounts.some((mount) => mount.Name === Name && mount.Destination === Destination),
    );
    if (!lent) binds.push(`${Name}:${Destination}${RW === false ? ':ro' : ''}`);
  }
  return { Binds: binds, Mounts: mounts };
}

function nameVolume(mount: Readonly<Words>, container: RawContainer): Words {
  if (mount['Type'] !== 'volume' || mount['Source']) return { ...mount };
  const target = cleanPath(String(mount['Target']));
  const mounted = container.Mounts.find(({ Destination }) => cleanPath(Destination) === target);
  return { ...mount, ...(mounted?.Name ? { Source: mounted.Name } : {}) };
}

/** Host paths that are mounted. */
export function boundPaths(container: RawContainer): string[] {
  return container.Mounts.flatMap(({ Type, Source }) => (Type === 'bind' && Source ? [Source] : []));
}

/** Volumes that are mounted, by name. */
export function mountedVolumes(container: RawContainer): string[] {
  return container.Mounts.flatMap(({ Type, Name }) => (Type === 'volume' && Name ? [Name] : []));
}

/** `source:target[:options]`; a source or target that holds a colon cannot be declared this way. */
function bindTarget(bind: string): string {
  const [first, second] = bind.split(':');
  return cleanPath(second ?? first ?? '');
}

const cleanPath = (value: string) => path.posix.normalize(value).replace(/(.)\/$/, '$1');
