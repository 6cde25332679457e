import type { DefinedContainer } from '@holdfast/contracts';
import type { EngineImage } from '../docker-host.ts';
import { composeDependencies } from './compose-labels.ts';
import { definedEndpoints } from './endpoints.ts';
import { withoutImageDefaults } from './image-defaults.ts';
import { declaredMounts } from './mounts.ts';
import { labelsOf, type RawContainer } from './raw-container.ts';
import { type NameOf, namedLink, namedMode, namedVolumesFrom, referencedContainers } from './references.ts';

type Words = Record<string, unknown>;

export interface Surroundings {
  /** All containers of the environment. */
  readonly containers: readonly RawContainer[];
  readonly nameOf: NameOf;
  /** What the container was made from, where it still exists. */
  readonly image: EngineImage | undefined;
}

/** What it takes to make the same container again, of what the engine says of it. */
export function defineContainer(container: RawContainer, around: Surroundings): DefinedContainer {
  const { nameOf, image } = around;
  const service = labelsOf(container)['com.docker.compose.service'];
  const endpoints = definedEndpoints(container, nameOf);
  return {
    name: container.Name,
    ...(service ? { service } : {}),
    running: ['running', 'restarting', 'paused'].includes(container.State.Status),
    image: container.Config.Image,
    imageId: container.Image,
    imageDigests: [...(image?.digests ?? [])].sort(),
    dependsOn: dependenciesOf(container, around),
    create: {
      ...definedConfig(container, endpoints.mode, image),
      HostConfig: definedHostConfig(container, endpoints.mode, around),
      ...(Object.keys(endpoints.first).length > 0
        ? { NetworkingConfig: { EndpointsConfig: endpoints.first } }
        : {}),
    },
    networks: endpoints.further,
  };
}

function definedConfig(container: RawContainer, networkMode: string, image: EngineImage | undefined): Words {
  const config: Words = withoutNulls(withoutImageDefaults(container.Config, image?.config));
  const shares = networkMode.startsWith('container:');
  // The engine's own choice where nobody made one; beside a shared network it accepts none.
  if (shares || config['Hostname'] === container.Id.slice(0, 12)) delete config['Hostname'];
  if (container.HostConfig['UTSMode'] === 'host') delete config['Hostname'];
  if (shares) for (const field of ['Domainname', 'ExposedPorts', 'MacAddress']) delete config[field];
  if (config['MacAddress'] === '') delete config['MacAddress'];
  return config;
}

/** The engine fills these in, each version its own. A longer list than the default cannot be asked for by Docker's tools. */
const filledIn = ['MaskedPaths', 'ReadonlyPaths'];

function definedHostConfig(container: RawContainer, networkMode: string, around: Surroundings): Words {
  const { nameOf } = around;
  const declared = container.HostConfig;
  const host: Words = withoutNulls(declared);
  // Of the docker command that once made it.
  for (const field of ['ContainerIDFile', 'ConsoleSize']) delete host[field];
  for (const field of filledIn) {
    const list = host[field];
    if (Array.isArray(list) && list.length > 0) delete host[field];
  }
  const lenderNames = (declared.VolumesFrom ?? []).map((entry) => nameOf(entry.split(':')[0] ?? ''));
  const lenders = around.containers.filter(({ Name }) => lenderNames.includes(Name));
  return {
    ...host,
    ...emptyAbsent({ ...declaredMounts(container, lenders) }),
    NetworkMode: networkMode,
    ...(declared.IpcMode ? { IpcMode: namedMode(declared.IpcMode, nameOf) } : {}),
    ...(declared.PidMode ? { PidMode: namedMode(declared.PidMode, nameOf) } : {}),
    ...(declared.Links ? { Links: declared.Links.map((link) => namedLink(link, nameOf)).sort() } : {}),
    ...(declared.VolumesFrom
      ? { VolumesFrom: declared.VolumesFrom.map((entry) => namedVolumesFrom(entry, nameOf)) }
      : {}),
  };
}

function dependenciesOf(container: RawContainer, { containers, nameOf }: Surroundings) {
  const project = labelsOf(container)['com.docker.compose.project'];
  const declared = composeDependencies(labelsOf(container)).flatMap(({ service, healthy }) =>
    containers
      .filter((other) => {
        const labels = labelsOf(other);
        return (
          labels['com.docker.compose.project'] === project && labels['com.docker.compose.service'] === service
        );
      })
      .map((other) => ({ container: other.Name, healthy })),
  );
  const implied = referencedContainers(container, nameOf)
    .filter((name) => !declared.some((dependency) => dependency.container === name))
    .map((name) => ({ container: name, healthy: false }));
  return [...declared, ...implied]
    .filter((dependency) => dependency.container !== container.Name)
    .sort((one, other) => (one.container < other.container ? -1 : 1));
}

const withoutNulls = (words: Readonly<Words>): Words =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null && value !== undefined));

/** Lists that hold something: an empty one says the same as none. */
const emptyAbsent = (lists: Readonly<Record<string, readonly unknown[]>>): Words =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
