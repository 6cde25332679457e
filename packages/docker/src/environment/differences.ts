import type { DefinedContainer } from '@holdfast/contracts';

type Words = Readonly<Record<string, unknown>>;

/** The engine's fields in words that people use; others are named as the engine does. */
const inWords: Readonly<Record<string, string>> = {
  Env: 'environment',
  Cmd: 'command',
  Entrypoint: 'command',
  Binds: 'mounts',
  Mounts: 'mounts',
  Volumes: 'mounts',
  PortBindings: 'ports',
  ExposedPorts: 'ports',
  Labels: 'labels',
  Healthcheck: 'health check',
  RestartPolicy: 'restart policy',
  NetworkMode: 'networks',
  NetworkingConfig: 'networks',
  Image: 'image',
};

/** In what a container differs from its definition: names of settings, never values. */
export function containerDifferences(defined: DefinedContainer, found: DefinedContainer): string[] {
  const { HostConfig: definedHost, ...definedConfig } = defined.create;
  const { HostConfig: foundHost, ...foundConfig } = found.create;
  return sorted([
    ...(defined.imageId === found.imageId ? [] : ['image']),
    ...fieldsThatDiffer(definedConfig, foundConfig),
    ...fieldsThatDiffer(wordsOf(definedHost), wordsOf(foundHost)),
    ...(canonical(defined.networks) === canonical(found.networks) ? [] : ['networks']),
  ]);
}

/** In what fields two things differ, in words; what is empty or zero in one may be absent in the other. */
export function fieldsThatDiffer(one: Words, other: Words): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return sorted(
    [...names]
      .filter((name) => canonical(one[name]) !== canonical(other[name]))
      .map((name) => inWords[name] ?? name),
  );
}

const sorted = (names: readonly string[]) => [...new Set(names)].sort();

const wordsOf = (value: unknown): Words =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** Text that is equal for equal settings: keys in order, without what says nothing. */
function canonical(value: unknown): string {
  const text = JSON.stringify(reduced(value)) ?? '';
  return text === '{}' ? '' : text;
}

function reduced(value: unknown): unknown {
  if (value === null || value === '' || value === 0 || value === false) return undefined;
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((entry) => reduced(entry) ?? null);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .map(([name, entry]) => [name, reduced(entry)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  // An empty object says something where its name does: `"80/tcp": {}`.
  return entries.length === 0 ? {} : Object.fromEntries(entries);
}
