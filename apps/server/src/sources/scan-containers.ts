import type { ContainerDetails, DockerHost } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import type { SourceKind } from '@holdfast/sources';
import type { RecognisedContainer } from './discovery.rules.ts';

/** As many inspects at once as an engine answers without strain. */
const parallelInspects = 8;

/** What this or another Holdfast started for a moment is nobody's data. */
const ownLabels = ['holdfast.helper', 'holdfast.drill'];

/**
 * Every container, and those that a kind of source recognises. A container that goes away meanwhile is left out; one that
 * cannot be looked into becomes a warning.
 * @throws HoldfastError when the engine cannot be asked at all
 */
export async function scanContainers(
  docker: DockerHost,
  kinds: readonly SourceKind<unknown>[],
): Promise<{ containers: ContainerDetails[]; recognised: RecognisedContainer[]; warnings: string[] }> {
  const listed = await docker.list();
  const queue = listed.filter(({ labels }) => !ownLabels.some((label) => label in labels));
  const containers: ContainerDetails[] = [];
  const recognised: RecognisedContainer[] = [];
  const warnings: string[] = [];

  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        const container = await docker.inspect(next.id);
        containers.push(container);
        const found = recognise(container, kinds);
        if (found !== undefined) recognised.push(found);
      } catch (error) {
        const failure = asHoldfastError(error);
        if (failure.code === 'container-not-found') continue;
        warnings.push(`The container ${JSON.stringify(next.name)} cannot be looked into: ${failure.message}`);
      }
    }
  }

  await Promise.all(Array.from({ length: parallelInspects }, work));
  return { containers, recognised, warnings };
}

/** The first kind that knows it: the order of the registry decides. */
function recognise(
  container: ContainerDetails,
  kinds: readonly SourceKind<unknown>[],
): RecognisedContainer | undefined {
  for (const kind of kinds) {
    const detection = kind.detect?.(container);
    if (detection !== undefined) {
      return { container, kind: kind.kind, ...detection };
    }
  }
  return undefined;
}
