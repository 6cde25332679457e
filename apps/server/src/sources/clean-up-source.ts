import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import { asHoldfastError, silentReporter } from '@holdfast/runtime';
import type { SourceKind } from '@holdfast/sources';
import type { StoredSource } from './source.ts';

/** Errors that say that the container is away: then there is nothing in it to clean up now. */
const away = new Set([
  'container-not-found',
  'container-not-running',
  'docker-unreachable',
  'container-lost',
]);
const withinMs = 60_000;

/** Ends what a dead operation left in its source: sessions, half-loaded copies. */
export async function cleanUpSource(
  source: StoredSource,
  operationId: string,
  parts: { kind: SourceKind<unknown>; docker: DockerHost; dataPath: DataPathPolicy },
): Promise<void> {
  const { kind, docker, dataPath } = parts;
  const signal = AbortSignal.timeout(withinMs);
  try {
    await kind.cleanUp?.(source.locator, operationId, {
      ...{ docker, dataPath, operationId, signal },
      reporter: silentReporter,
    });
  } catch (error) {
    if (!away.has(asHoldfastError(error).code)) throw error;
  }
}
