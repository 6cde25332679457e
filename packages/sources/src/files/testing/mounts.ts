import type { HostMount } from '../../source.ts';

/** A mount with one container that uses it. */
export function mountOf(
  mount: Pick<HostMount, 'type' | 'path'> & Partial<HostMount>,
  containerLabels: Readonly<Record<string, string>> = {},
): HostMount {
  const container = {
    id: 'c0ffee',
    name: 'web',
    image: 'web:1',
    imageId: 'sha256:1',
    state: 'running' as const,
    pid: 0,
    user: '',
    mounts: [],
    environment: new Map(),
    command: [],
    exposedPorts: [],
    labels: containerLabels,
  };
  return { labels: {}, users: [{ container, destination: '/data', readWrite: true }], ...mount };
}
