import {
  type ContainerDetails,
  createDockerHost,
  type DockerHost,
  type EngineVolume,
} from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';

export interface FakeDocker extends DockerHost {
  local: boolean;
  containers: ContainerDetails[];
  volumes: EngineVolume[];
  /** As behind a proxy that lets no question about volumes through. */
  volumesRefused: boolean;
  /** What every request fails with, while set. */
  failure: HoldfastError | undefined;
}

/** A running container; its id is made of its name. */
export function fakeContainer(name: string, details: Partial<ContainerDetails> = {}): ContainerDetails {
  return {
    id: `id-${name}`,
    name,
    image: 'memory:1',
    imageId: 'sha256:1',
    state: 'running',
    pid: 0,
    user: '',
    mounts: [],
    environment: new Map(),
    command: [],
    exposedPorts: [],
    ...details,
    labels: {
      ...(details.compose === undefined ? {} : { 'com.docker.compose.project': details.compose.project }),
      ...details.labels,
    },
  };
}

/** Nobody listens there: stands for an engine that is asked for more than list, inspect and exec. */
const nowhere = createDockerHost({ host: 'unix:///dev/null/docker.sock' });

/** A Docker engine that lists and inspects what it is told to. */
export function createFakeDocker(): FakeDocker {
  const docker: FakeDocker = {
    containers: [],
    volumes: [],
    volumesRefused: false,
    failure: undefined,
    local: false,
    helpers: {
      whyNot: async () => 'not here',
      run: () => Promise.reject(new HoldfastError('docker-forbidden', 'not here')),
      purge: async () => 0,
    },
    async ping() {
      if (docker.failure !== undefined) throw docker.failure;
    },
    async list() {
      await docker.ping();
      return docker.containers;
    },
    async inspect(reference) {
      const found = docker.containers.find(({ id, name }) => id === reference || name === reference);
      if (found === undefined) throw new HoldfastError('container-not-found', reference);
      return found;
    },
    exec: () => Promise.reject(new HoldfastError('docker-forbidden', 'not here')),
    lifecycle: nowhere.lifecycle,
    resources: {
      ...nowhere.resources,
      async volumes() {
        if (docker.volumesRefused) throw new HoldfastError('docker-forbidden', 'volumes are not allowed');
        return docker.volumes;
      },
    },
  };
  return docker;
}
