import { type EnvironmentDefinition, environmentFormat, sourceNameSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { ContainerSummary, DockerHost, EngineImage } from '../docker-host.ts';
import { hostViewOf } from '../host-view.ts';
import { throwIfCancelled } from './cancellation.ts';
import { isOneOff, projectOf } from './compose-labels.ts';
import { defineContainer } from './define-container.ts';
import { defineNetwork, defineVolume } from './define-network.ts';
import { readDefinitionFiles } from './definition-files.ts';
import { ownNetworks } from './endpoints.ts';
import { mountedVolumes } from './mounts.ts';
import { type RawContainer, rawContainerSchema } from './raw-container.ts';
import { namesOf } from './references.ts';

/** Which containers make up an environment. */
export interface EnvironmentName {
  readonly environment: string;
  /** The Compose project, where it is one. */
  readonly project?: string | undefined;
}

/** Containers of Holdfast's own, made for a moment from an image, or a whole container, of the environment. */
const passing = ['holdfast.helper', 'holdfast.drill'];

/** Whether a container belongs to an environment. Its own label wins over its Compose project. */
export function belongsTo(
  { environment, project }: EnvironmentName,
  labels: Readonly<Record<string, string>>,
): boolean {
  if (isOneOff(labels) || passing.some((label) => labels[label] !== undefined)) return false;
  const own = sourceNameSchema.safeParse(labels['holdfast.environment']);
  return own.success ? own.data === environment : projectOf(labels) === (project ?? environment);
}

/**
 * Reads how an environment is built, from what the engine says of its containers, running or not. The result holds
 * their environments, secrets included: keep it in memory or encrypted. `members` is empty; the caller fills it in.
 *
 * @throws HoldfastError `not-found` when no container belongs to it; `docker-…`; `cancelled`
 */
export async function defineEnvironment(
  docker: DockerHost,
  name: EnvironmentName,
  signal: AbortSignal,
): Promise<EnvironmentDefinition> {
  const all = await docker.list();
  const containers = await readContainers(
    docker,
    all.filter(({ labels }) => belongsTo(name, labels)),
    signal,
  );
  if (containers.length === 0) {
    throw new HoldfastError('not-found', `No container belongs to the environment "${name.environment}".`);
  }
  const nameOf = namesOf(all);
  const images = await readImages(docker, containers, signal);
  const project = name.project ?? soleProject(containers);
  return {
    format: environmentFormat,
    environment: name.environment,
    ...(project === undefined ? {} : { project }),
    time: new Date().toISOString(),
    containers: containers.map((container) =>
      defineContainer(container, { containers, nameOf, image: images.get(container.Image) }),
    ),
    networks: await readNetworks(docker, containers, project),
    volumes: await readVolumes(docker, containers, project),
    ...(await readDefinitionFiles(containers, await hostViewOf(docker, all))),
    versions: { docker: await docker.resources.version(), ...imageVersions(containers, images) },
    members: [],
  };
}

async function readContainers(
  docker: DockerHost,
  listed: readonly ContainerSummary[],
  signal: AbortSignal,
): Promise<RawContainer[]> {
  const containers: RawContainer[] = [];
  for (const { id } of listed) {
    const container = await readContainer(docker, id, signal);
    if (container !== undefined) containers.push(container);
  }
  return containers.sort((one, other) => (one.Name < other.Name ? -1 : 1));
}

/** What the engine says of a container; undefined where it is gone. */
export async function readContainer(
  docker: DockerHost,
  id: string,
  signal: AbortSignal,
): Promise<RawContainer | undefined> {
  throwIfCancelled(signal);
  try {
    return rawContainerSchema.parse(await docker.resources.rawContainer(id));
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'container-not-found') return undefined;
    throw error;
  }
}

async function readImages(
  docker: DockerHost,
  containers: readonly RawContainer[],
  signal: AbortSignal,
): Promise<Map<string, EngineImage>> {
  const images = new Map<string, EngineImage>();
  for (const id of new Set(containers.map(({ Image }) => Image))) {
    throwIfCancelled(signal);
    const image = await docker.resources.image(id);
    if (image !== undefined) images.set(id, image);
  }
  return images;
}

function imageVersions(containers: readonly RawContainer[], images: ReadonlyMap<string, EngineImage>) {
  const versionOf = (container: RawContainer): string => {
    const labels = images.get(container.Image)?.config['Labels'];
    const version =
      typeof labels === 'object' && labels !== null
        ? Object.entries(labels).find(([label]) => label === 'org.opencontainers.image.version')?.[1]
        : undefined;
    return typeof version === 'string' && version !== ''
      ? `${container.Config.Image} (${version})`
      : container.Config.Image;
  };
  return Object.fromEntries(containers.map((container) => [container.Name, versionOf(container)]));
}

async function readNetworks(
  docker: DockerHost,
  containers: readonly RawContainer[],
  project: string | undefined,
) {
  const used = new Set(containers.flatMap((one) => Object.keys(one.NetworkSettings?.Networks ?? {})));
  const networks = await docker.resources.networks();
  return networks
    .filter(({ name, labels }) => {
      if (ownNetworks.has(name)) return false;
      return used.has(name) || (project !== undefined && projectOf(labels) === project);
    })
    .map((network) => defineNetwork(network, project))
    .sort(byName);
}

async function readVolumes(
  docker: DockerHost,
  containers: readonly RawContainer[],
  project: string | undefined,
) {
  const used = new Set(containers.flatMap(mountedVolumes));
  const volumes = await docker.resources.volumes();
  return volumes
    .filter(({ name, labels }) => used.has(name) || (project !== undefined && projectOf(labels) === project))
    .map((volume) => defineVolume(volume, project))
    .sort(byName);
}

/** The project that all containers are of; undefined where there are several, or none. */
function soleProject(containers: readonly RawContainer[]): string | undefined {
  const projects = new Set(containers.map(({ Config }) => projectOf(Config.Labels ?? {})));
  const [project] = projects;
  return projects.size === 1 ? project : undefined;
}

const byName = (one: { readonly name: string }, other: { readonly name: string }) =>
  one.name < other.name ? -1 : 1;
