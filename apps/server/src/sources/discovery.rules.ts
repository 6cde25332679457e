import { createHash } from 'node:crypto';
import { sourceNameSchema } from '@holdfast/contracts';
import type { ContainerDetails } from '@holdfast/docker';
import picomatch from 'picomatch';
import type { FoundSource, StoredSource } from './source.ts';

export interface DiscoverySettings {
  /** Globs of container names. */
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
}

/** One recognised container as a source, with the first reason why it is not protected. */
export function describeContainer(recognised: RecognisedContainer, settings: DiscoverySettings): FoundSource {
  const { container, kind, locator, problem } = recognised;
  const { name, reason: badName } = chooseName(container);
  return {
    name,
    kind,
    environment: chooseEnvironment(container, name),
    locator,
    containerName: container.name,
    containerId: container.id,
    compose: container.compose,
    image: container.image,
    running: container.state === 'running',
    reason: notSelected(container, settings) ?? badName ?? notRunning(container) ?? problem,
  };
}

/** Why the labels or the settings leave it out. The label wins over the settings. */
function notSelected({ name, labels }: ContainerDetails, settings: DiscoverySettings): string | undefined {
  const label = labels['holdfast.enable']?.trim().toLowerCase();
  if (label === 'false') return 'The label holdfast.enable=false switches it off.';
  if (label === 'true') return undefined;
  const { names, include } = settings;
  if (names.length === 0 && include.length === 0) return undefined;
  if (include.includes(name) || names.some((glob) => picomatch.isMatch(name, glob, { dot: true }))) {
    return undefined;
  }
  return 'Its name matches neither HOLDFAST_DISCOVERY_NAMES nor HOLDFAST_DISCOVERY_INCLUDE.';
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
  if (sourceNameSchema.safeParse(wanted).success) return { name: wanted };
  const madeUp = `container-${createHash('sha256').update(container.id).digest('hex').slice(0, 12)}`;
  const name = sourceNameSchema.safeParse(container.name).success ? container.name : madeUp;
  const what = label === undefined ? 'The name of the container' : 'The label holdfast.name';
  return {
    name,
    reason: `${what}, ${quote(wanted)}, cannot name a source: use letters, digits, ".", "_" and "-".`,
  };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function chooseEnvironment({ labels }: ContainerDetails, name: string): string {
  // The project's label alone is enough: other tools than Compose set it, too.
  const wanted = [labels['holdfast.environment'], labels['com.docker.compose.project']];
  return wanted.find((candidate) => sourceNameSchema.safeParse(candidate).success) ?? name;
}

/**
 * Finds the record of each container again: first by its place in a Compose project (containers there are made
 * anew with every update), then by its name. Each record and each container is used once.
 */
export function matchSources(
  found: readonly FoundSource[],
  stored: readonly StoredSource[],
): Map<FoundSource, StoredSource> {
  const matches = new Map<FoundSource, StoredSource>();
  const free = new Set(stored.filter((source) => !source.declared));
  // While a container is replaced there are two of it for a moment: the running one is the source.
  const runningFirst = found.toSorted((a, b) => Number(b.running) - Number(a.running));
  for (const isSame of [samePlace, sameName]) {
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

function samePlace({ compose: a }: FoundSource, { compose: b }: StoredSource): boolean {
  if (a === undefined || b === undefined) return false;
  return a.project === b.project && a.service === b.service && a.number === b.number;
}

function sameName(found: FoundSource, source: StoredSource): boolean {
  return found.containerName === source.containerName;
}

/**
 * All but the first of those that want the same name. Declared ones come first, then those that nothing else keeps from
 * being protected, then running ones, then those that had the name before: a newcomer takes it from nobody.
 */
export function duplicateNames(
  found: readonly FoundSource[],
  declared: readonly StoredSource[],
  records: ReadonlyMap<FoundSource, StoredSource>,
): Set<FoundSource> {
  const taken = new Set(declared.map((source) => source.name));
  const duplicates = new Set<FoundSource>();
  const claims = (source: FoundSource) => [
    source.reason === undefined,
    source.running,
    records.get(source)?.name === source.name,
  ];
  const strongestFirst = found.toSorted((a, b) => {
    const ofB = claims(b);
    const difference = claims(a)
      .map((claim, index) => Number(ofB[index]) - Number(claim))
      .find((one) => one !== 0);
    // The engine lists containers in no order that lasts.
    return difference ?? a.containerName.localeCompare(b.containerName);
  });
  for (const candidate of strongestFirst) {
    if (taken.has(candidate.name)) duplicates.add(candidate);
    taken.add(candidate.name);
  }
  return duplicates;
}
