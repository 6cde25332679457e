import path from 'node:path';
import type { ContainerDetails } from '@holdfast/docker';
import type { HostMount } from '@holdfast/sources';
import { isAnonymous } from './collect-mounts.ts';
import {
  type DiscoverySettings,
  enableLabel,
  environmentOfLabels,
  isChosen,
  planLabels,
} from './discovery.rules.ts';
import { isName, nameOf, quote, shortHash } from './names.rules.ts';
import type { FoundSource } from './source.ts';

export interface RecognisedMount {
  readonly mount: HostMount;
  readonly kind: string;
  readonly locator: unknown;
  /** What the kind would call it. */
  readonly name: string;
  readonly problem?: string;
}

/** A source in a container, and the folders of that container that its capture covers. */
export interface Covering {
  readonly source: FoundSource;
  readonly dataPaths: readonly string[];
}

export interface MountSurroundings {
  readonly settings: DiscoverySettings;
  /** By the id of the container. */
  readonly covering: ReadonlyMap<string, Covering>;
  /** Folders of Holdfast itself, as the engine's host has them: they hold backups and secrets. */
  readonly ownPaths: readonly string[];
}

/** A volume or a mounted folder as a source, with the first reason why it is not protected. */
export function describeMount(recognised: RecognisedMount, around: MountSurroundings): FoundSource {
  const { mount, kind, locator, problem } = recognised;
  const { name, named, reason: badName } = chooseName(recognised);
  const leftOut =
    holdsHoldfast(mount, around) ??
    notSelected(mount, around.settings) ??
    unused(mount) ??
    covered(mount, around);
  return {
    name,
    kind,
    environment: chooseEnvironment(mount, name),
    locator,
    path: mount.path,
    volume: mount.type === 'volume' ? mount.name : undefined,
    place: placeOf(mount),
    named,
    running: mount.users.some(({ container }) => container.state === 'running'),
    wanted: leftOut === undefined,
    planLabels:
      planLabels([mount.labels]) ?? planLabels(mount.users.map(({ container }) => container.labels)),
    reason: leftOut ?? badName ?? problem,
  };
}

/** Its snapshots would hold the repositories that they go to, and the secrets that open them. */
function holdsHoldfast(mount: HostMount, { ownPaths }: MountSurroundings): string | undefined {
  const own =
    ownPaths.some((own) => overlap(own, mount.path)) ||
    mount.users.some(({ container, destination }) => {
      const data = container.environment.get('HOLDFAST_DATA_DIR')?.reveal();
      return data !== undefined && overlap(data, destination);
    });
  return own
    ? 'It holds the data of Holdfast itself: its backups, and the secrets that open them.'
    : undefined;
}

function notSelected(mount: HostMount, settings: DiscoverySettings): string | undefined {
  const enabled = enableLabel(mount.labels);
  if (enabled === true) return undefined;
  if (enabled === false) return 'The label holdfast.enable=false switches it off.';
  const labels = mount.users.map(({ container }) => enableLabel(container.labels));
  if (labels.length > 0 && labels.every((label) => label === false)) {
    return 'The label holdfast.enable=false switches off every container that uses it.';
  }
  const names = [
    ...(mount.name === undefined ? [] : [mount.name]),
    ...mount.users.map((u) => u.container.name),
  ];
  if (labels.includes(true) || names.some((name) => isChosen(name, settings))) return undefined;
  return 'Neither its name nor that of a container that uses it matches HOLDFAST_DISCOVERY_NAMES or HOLDFAST_DISCOVERY_INCLUDE.';
}

function unused({ users, labels }: HostMount): string | undefined {
  if (users.length > 0 || enableLabel(labels) === true) return undefined;
  return 'No container uses it; the label holdfast.enable=true protects it anyway.';
}

function covered(mount: HostMount, { covering }: MountSurroundings): string | undefined {
  if (enableLabel(mount.labels) === true) return undefined;
  for (const { container, destination } of mount.users) {
    const cover = covering.get(container.id);
    if (cover?.dataPaths.some((data) => overlap(data, destination)) !== true) continue;
    const { name, reason } = cover.source;
    if (reason !== undefined)
      return `It holds the data of ${name}, which is to be dumped rather than copied.`;
    const also =
      mount.type === 'volume'
        ? 'the label holdfast.enable=true backs it up, too'
        : `to back it up, too: holdfast sources add directory ${quote(mount.path)}`;
    return `It holds the data of ${name}, which is dumped anyway; ${also}.`;
  }
  return undefined;
}

/** Whether one of two absolute paths is the other or lies below it. */
export function overlap(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

export function isWithin(inner: string, outer: string): boolean {
  const relative = path.posix.relative(path.posix.normalize(outer), path.posix.normalize(inner));
  return relative !== '..' && !relative.startsWith('../');
}

/**
 * By what it is found again: the name of a volume, the path of a folder. An anonymous volume is made anew, under
 * another name, when its container is: it goes by the container and the place there.
 */
function placeOf(mount: HostMount): string {
  const [user] = mount.users;
  if (mount.type === 'bind') return `bind:${mount.path}`;
  if (!isAnonymous(mount) || user === undefined) return `volume:${mount.name ?? mount.path}`;
  const { compose, name } = user.container;
  const container = compose === undefined ? name : `${compose.project}/${compose.service}/${compose.number}`;
  return `anonymous:${container}:${user.destination}`;
}

function chooseName({ mount, name }: RecognisedMount): { name: string; named: boolean; reason?: string } {
  const label = mount.labels['holdfast.name'];
  const [user] = mount.users;
  const made =
    isAnonymous(mount) && user !== undefined ? [user.container.name, ...folders(user.destination)] : [name];
  const own = nameOf(made, `${mount.type}-${shortHash(placeOf(mount))}`);
  if (label === undefined) return { name: own, named: false };
  if (isName(label)) return { name: label, named: true };
  const reason = `The label holdfast.name, ${quote(label)}, cannot name a source: use letters, digits, ".", "_" and "-".`;
  return { name: own, named: false, reason };
}

function folders(destination: string): string[] {
  return destination.split('/').filter((part) => part !== '');
}

/** That of its users, where they agree; what several share is restored on its own. */
function chooseEnvironment({ labels, users }: HostMount, name: string): string {
  const given = labels['holdfast.environment'];
  if (isName(given)) return given;
  const environments = new Set(users.map(({ container }) => environmentOfContainer(container)));
  const [first, second] = environments;
  if (second !== undefined) return name;
  return first ?? environmentOfLabels(labels) ?? name;
}

function environmentOfContainer({ labels, name, id }: ContainerDetails): string {
  const own = [labels['holdfast.name'], name].find(isName) ?? `container-${shortHash(id)}`;
  return environmentOfLabels(labels) ?? own;
}
