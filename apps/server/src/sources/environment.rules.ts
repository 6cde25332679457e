import type { ContainerDetails } from '@holdfast/docker';
import type { Detection, HostEnvironment } from '@holdfast/sources';
import { environmentOfLabels } from './discovery.rules.ts';
import { isName, shortHash } from './names.rules.ts';
import type { FoundSource, StoredSource } from './source.ts';

/** Compose projects, and what a label puts together. A lone container is an environment in name only. */
export function environmentsOf(containers: readonly ContainerDetails[]): HostEnvironment[] {
  const found = new Map<string, HostEnvironment>();
  for (const { labels } of containers) {
    const name = environmentOfLabels(labels);
    if (name === undefined) continue;
    const project = labels['com.docker.compose.project'] === name ? name : found.get(name)?.project;
    found.set(name, { name, ...(project === undefined ? {} : { project }) });
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

/**
 * The source that keeps how an environment is built. Undefined where nothing of it is protected or ever was: then
 * there is no data to build it around.
 */
export function describeEnvironment(
  { name }: HostEnvironment,
  kind: string,
  detection: Detection<unknown>,
  {
    current,
    stored,
  }: { readonly current: readonly StoredSource[]; readonly stored: readonly StoredSource[] },
): FoundSource | undefined {
  const place = `environment:${name}`;
  const idle = !current.some((source) => source.environment === name && source.protected);
  if (idle && !stored.some((source) => source.place === place)) return undefined;
  const wanted = `${name}.environment`;
  return {
    name: isName(wanted) ? wanted : `environment-${shortHash(name)}`,
    kind,
    environment: name,
    locator: detection.locator,
    place,
    named: false,
    running: true,
    wanted: !idle,
    reason: idle ? 'No source of this environment is protected.' : detection.problem,
  };
}
