import type { ContainerDetails } from '@holdfast/docker';
import { Secret } from '@holdfast/runtime';

export interface ContainerSketch extends Partial<Omit<ContainerDetails, 'environment'>> {
  readonly environment?: Readonly<Record<string, string>>;
}

/** A container as the engine describes one, with what matters to a test filled in. */
export function containerDetails({ environment = {}, ...rest }: ContainerSketch = {}): ContainerDetails {
  return {
    id: 'c0ffee',
    name: 'db',
    image: 'some/image',
    imageId: 'sha256:0',
    state: 'running',
    pid: 1,
    labels: {},
    user: '',
    command: [],
    exposedPorts: [],
    mounts: [],
    environment: new Map(Object.entries(environment).map(([name, value]) => [name, new Secret(value)])),
    ...rest,
  };
}
