import { access, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { EnvironmentDefinition, EnvironmentPreflight, PreflightMember } from '@holdfast/contracts';
import {
  belongsTo,
  type ContainerSummary,
  type DataPathPolicy,
  type DefinitionSurvey,
  type DockerHost,
  defineEnvironment,
  surveyDefinition,
} from '@holdfast/docker';
import type { Engine } from '@holdfast/engine';
import { HoldfastError } from '@holdfast/runtime';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { StoredRecoveryPoint } from '../recovery-points/recovery-point.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import { describeTarget, type Findings } from '../restores/restore-target.ts';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import { composePreflight, type Space, type Stranger } from './preflight.rules.ts';
import { readDefinition } from './read-definition.ts';
import { type PlannedMember, planRestore, type RestorePlan } from './restore-plan.rules.ts';

export interface PreflightParts {
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly repositories: RepositoriesService;
  readonly snapshots: SnapshotsService;
  readonly engine: Engine;
  readonly docker: DockerHost;
  readonly dataPath: DataPathPolicy;
}

export interface Prepared {
  readonly point: StoredRecoveryPoint;
  readonly definition: EnvironmentDefinition;
  readonly survey: DefinitionSurvey;
  readonly plan: RestorePlan;
  readonly ran: readonly string[];
  readonly preflight: EnvironmentPreflight;
}

type Problems = EnvironmentPreflight['problems'];

/** A member that the point has a snapshot of. */
interface Held {
  readonly source: StoredSource;
  readonly snapshot: StoredSnapshot;
}

/**
 * Looks at all that a restore of an environment to this point would touch. Changes nothing.
 * @throws HoldfastError when the point cannot be read, or the engine cannot be asked
 */
export async function prepareRestore(
  parts: PreflightParts,
  point: StoredRecoveryPoint,
  options: { readonly otherRestore?: string; readonly signal: AbortSignal },
): Promise<Prepared> {
  const { docker, sources, destinations } = parts;
  const { signal } = options;
  const warnings: string[] = [];
  const problems: Problems = [];
  const discovery = await sources.discover();
  if (discovery.unreachable !== undefined) throw discovery.unreachable;
  const definition = await definitionOf(parts, point, warnings, signal);
  const survey = await surveyDefinition(docker, definition, signal);
  const own = (await docker.list()).filter(({ labels }) => belongsTo(definition, labels));
  const held = await heldMembers(parts, point);
  const members = held.map((one) => planned(parts, one));
  const present = own.map(({ name, state }) => ({ name, running: isRunning(state) }));
  const plan = planRestore(definition, present, members);
  const strangers = await strangersOn(docker, members, own);
  const space = await freeSpace(docker);
  const ownContainer = own.find(({ id }) => id.startsWith(hostname()) && hostname().length >= 12)?.name;
  const preflight = composePreflight({
    environment: point.environment,
    point: {
      id: point.id,
      time: point.time,
      state: point.state,
      destination: (await destinations.get(point.destinationId)).name,
    },
    definition,
    survey,
    plan,
    present,
    members: await describeMembers(parts, point, held, { warnings, problems, signal }),
    strangers,
    ...(ownContainer === undefined ? {} : { ownContainer }),
    ...(options.otherRestore === undefined ? {} : { otherRestore: options.otherRestore }),
    ...(space === undefined ? {} : { space }),
    problems,
    warnings,
  });
  const ran = present.filter(({ running }) => running).map(({ name }) => name);
  return { point, definition, survey, plan, ran, preflight };
}

function isRunning(state: ContainerSummary['state']): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused';
}

/** Where the point holds no definition, what there is now serves as one: nothing can be made then. */
async function definitionOf(
  { snapshots, repositories, engine, docker }: PreflightParts,
  { definition, environment }: StoredRecoveryPoint,
  warnings: string[],
  signal: AbortSignal,
): Promise<EnvironmentDefinition> {
  if (definition.snapshotId === undefined) {
    warnings.push(
      `The recovery point does not hold how ${environment} was built: containers that are gone cannot be made. ${definition.error ?? ''}`,
    );
    return defineEnvironment(docker, { environment }, signal);
  }
  const snapshot = await snapshots.get(definition.snapshotId);
  const repository = await repositories.open(await repositories.get(snapshot.repositoryId));
  return readDefinition(engine, repository, snapshot, signal);
}

async function heldMembers(
  { snapshots, sources }: PreflightParts,
  { members }: StoredRecoveryPoint,
): Promise<Held[]> {
  return Promise.all(
    members.flatMap(({ snapshotId, sourceId }) =>
      snapshotId === undefined
        ? []
        : [
            (async () => ({
              snapshot: await snapshots.get(snapshotId),
              source: await sources.get(sourceId),
            }))(),
          ],
    ),
  );
}

function planned({ sources }: PreflightParts, { source, snapshot }: Held): PlannedMember {
  return {
    sourceId: source.id,
    source: source.name,
    kind: source.kind,
    snapshotId: snapshot.id,
    counts: sources.kindOf(source).traits.counts,
    ...(source.containerName === undefined ? {} : { container: source.containerName }),
    ...(source.volume === undefined ? {} : { volume: source.volume }),
  };
}

async function describeMembers(
  parts: PreflightParts,
  { members }: StoredRecoveryPoint,
  held: readonly Held[],
  findings: Findings,
): Promise<PreflightMember[]> {
  return Promise.all(
    members.map(async ({ sourceId, sourceName, kind, error }): Promise<PreflightMember> => {
      const base = { sourceId, source: sourceName, kind, replaces: [], versions: [] };
      const one = held.find(({ source }) => source.id === sourceId);
      if (one === undefined) return { ...base, missing: error ?? 'Its snapshot was removed since.' };
      const { id: snapshotId, time, bytes } = one.snapshot;
      return {
        ...base,
        snapshotId,
        time,
        bytes,
        ...(await describeTarget(parts, one.source, one.snapshot, findings)),
      };
    }),
  );
}

/** Others that use what is replaced go on using what was there before, until they are restarted. */
async function strangersOn(
  docker: DockerHost,
  members: readonly PlannedMember[],
  own: readonly ContainerSummary[],
): Promise<Stranger[]> {
  const volumes = new Set(members.flatMap(({ volume }) => volume ?? []));
  const ownIds = new Set(own.map(({ id }) => id));
  const found: Stranger[] = [];
  if (volumes.size === 0) return found;
  for (const { id, name, state } of await docker.list()) {
    if (ownIds.has(id) || !isRunning(state)) continue;
    const details = await docker.inspect(id).catch((error: unknown) => {
      if (error instanceof HoldfastError && error.code === 'container-not-found') return undefined;
      throw error;
    });
    for (const { name: volume } of details?.mounts ?? []) {
      if (volume !== undefined && volumes.has(volume)) found.push({ container: name, volume });
    }
  }
  return found;
}

/** Where the engine keeps its volumes; unknown where that is not to be seen from here. */
async function freeSpace(docker: DockerHost): Promise<Space | undefined> {
  if (!docker.local) return undefined;
  for (const { mountpoint } of await docker.resources.volumes()) {
    try {
      const folder = path.dirname(path.dirname(mountpoint));
      await access(folder);
      const { bavail, bsize } = await statfs(folder);
      return { path: folder, freeBytes: bavail * bsize };
    } catch {
      // Another driver's, or not ours to see: the next one may be.
    }
  }
  return undefined;
}
