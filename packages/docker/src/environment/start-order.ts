import type { DefinedContainer, EnvironmentDefinition } from '@holdfast/contracts';

/**
 * All containers, each after those that it depends on; among equals by name. Where they depend on each other in a
 * circle, the first by name goes first. Starting only those that ran is up to the caller.
 */
export function startOrder(definition: Pick<EnvironmentDefinition, 'containers'>): DefinedContainer[] {
  const waiting = new Map(
    [...definition.containers].sort(byName).map((container) => [container.name, container]),
  );
  const ordered: DefinedContainer[] = [];
  while (waiting.size > 0) {
    const left = [...waiting.values()];
    const next =
      left.find(({ name, dependsOn }) =>
        dependsOn.every(({ container }) => container === name || !waiting.has(container)),
      ) ?? left[0];
    if (next === undefined) break;
    waiting.delete(next.name);
    ordered.push(next);
  }
  return ordered;
}

/** The opposite of `startOrder`. */
export function stopOrder(definition: Pick<EnvironmentDefinition, 'containers'>): DefinedContainer[] {
  return startOrder(definition).reverse();
}

function byName(one: DefinedContainer, other: DefinedContainer): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
