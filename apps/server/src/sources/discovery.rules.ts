import type { ContainerDetails } from '@holdfast/docker';
import picomatch from 'picomatch';
import { isName, quote, shortHash } from './names.rules.ts';
import type { FoundSource, StoredSource } from './source.ts';

export interface DiscoverySettings {
  /** Globs of names of containers and volumes. */
  readonly names: readonly string[];
  /** Names that are taken in any case. */
  readonly include: readonly string[];
}

export interface RecognisedContainer {
  readonly container: ContainerDetails;
  readonly kind: string;
  readonly locator: unknown;
  /** What the kind found missing. */
  readonly problem?: string;
  /** Folders of the container that the capture covers. */
  readonly dataPaths?: readonly string[];
}

/** One recognised container as a source, with the first reason why it is not protected. */
export function describeContainer(recognised: RecognisedContainer, settings: DiscoverySettings): FoundSource {
  const { container, kind, locator, problem } = recognised;
  const { name, reason: badName } = chooseName(container);
  const leftOut = notSelected(container, settings);
  return {
    name,
    kind,
    environment: chooseEnvironment(container, name),
    locator,
    containerName: container.name,
    containerId: container.id,
    compose: container.compose,
    image: container.image,
    named: container.labels['holdfast.name'] !== undefined,
    running: container.state === 'running',
    wanted: leftOut === undefined,
    planLabels: planLabels([container.labels]),
    reason: leftOut ?? badName ?? notRunning(container) ?? problem,
  };
}

/** Why the labels or the settings leave it out. The label wins over the settings. */
function notSelected({ name, labels }: ContainerDetails, settings: DiscoverySettings): string | undefined {
  const enabled = enableLabel(labels);
  if (enabled === false) return 'The label holdfast.enable=false switches it off.';
  if (enabled === true || isChosen(name, settings)) return undefined;
  return 'Its name matches neither HOLDFAST_DISCOVERY_NAMES nor HOLDFAST_DISCOVERY_INCLUDE.';
}

/** What the label says; undefined where it says nothing. */
export function enableLabel(labels: Readonly<Record<string, string>>): boolean | undefined {
  const label = labels['holdfast.enable']?.trim().toLowerCase();
  return label === 'true' ? true : label === 'false' ? false : undefined;
}

/** The names of plans in the label holdfast.plan, separated by commas; undefined where none is named. */
export function planLabels(labels: readonly Readonly<Record<string, string>>[]): string[] | undefined {
  const named = labels.flatMap((one) => (one['holdfast.plan'] ?? '').split(',').map((name) => name.trim()));
  const known = [...new Set(named.filter(isName))].toSorted();
  return known.length === 0 ? undefined : known;
}

/** Whether the settings choose that name; without settings all are chosen. */
export function isChosen(name: string, { names, include }: DiscoverySettings): boolean {
  if (names.length === 0 && include.length === 0) return true;
  return include.includes(name) || names.some((glob) => picomatch.isMatch(name, glob, { dot: true }));
}

function notRunning({ state }: ContainerDetails): string | undefined {
  return state === 'running' ? undefined : `The container is not running (it is ${state}).`;
}

/**
 * Names become folders and tags, so what is not plainly safe is refused and shown only quoted. Such a source
 * is listed under a made-up name.
 */
function chooseName(container: ContainerDetails): { name: string; reason?: string } {
  const label = container.labels['holdfast.name'];
  const wanted = label ?? container.name;
  if (isName(wanted)) return { name: wanted };
  const name = isName(container.name) ? container.name : `container-${shortHash(container.id)}`;
  const what = label === undefined ? 'The name of the container' : 'The label holdfast.name';
  return {
    name,
    reason: `${what}, ${quote(wanted)}, cannot name a source: use letters, digits, ".", "_" and "-".`,
  };
}

function chooseEnvironment({ labels }: ContainerDetails, name: string): string {
  return environmentOfLabels(labels) ?? name;
}

/** Of a container or a volume. The project's label alone is enough: other tools than Compose set it, too. */
export function environmentOfLabels(labels: Readonly<Record<string, string>>): string | undefined {
  return [labels['holdfast.environment'], labels['com.docker.compose.project']].find(isName);
}

/**
 * Finds the record of each again: what is no container by its place; a container first by its place in a Compose
 * project (containers there are made anew with every update), then by its name. Each record is used once.
 */
export function matchSources(
  found: readonly FoundSource[],
  stored: readonly StoredSource[],
): Map<FoundSource, StoredSource> {
  const matches = new Map<FoundSource, StoredSource>();
  const free = new Set(stored.filter((source) => !source.declared));
  // While a container is replaced there are two of it for a moment: the running one is the source.
  const runningFirst = found.toSorted((a, b) => Number(b.running) - Number(a.running));
  for (const isSame of [samePlace, sameService, sameName]) {
    for (const candidate of runningFirst) {
      if (matches.has(candidate)) continue;
      const match = [...free].find((source) => source.kind === candidate.kind && isSame(candidate, source));
      if (match === undefined) continue;
      matches.set(candidate, match);
      free.delete(match);
    }
  }
  return matches;
}

function samePlace(found: FoundSource, source: StoredSource): boolean {
  return found.place !== undefined && found.place === source.place;
}

function sameService({ compose: a }: FoundSource, { compose: b }: StoredSource): boolean {
  if (a === undefined || b === undefined) return false;
  return a.project === b.project && a.service === b.service && a.number === b.number;
}

function sameName(found: FoundSource, source: StoredSource): boolean {
  return found.containerName !== undefined && found.containerName === source.containerName;
}
