import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import { asHoldfastError, silentReporter } from '@holdfast/runtime';
import type { Worker } from '@holdfast/worker';
import type { StoredSource } from './source.ts';
import type { SourcesService } from './sources.service.ts';

/** Errors that say that the container or server is away: then there is nothing in it to clean up now. */
const away = new Set([
  'container-not-found',
  'container-not-running',
  'docker-unreachable',
  'container-lost',
  'source-unreachable',
]);
const withinMs = 60_000;

/** Ends what a dead operation left in its source: sessions, half-loaded copies. */
export async function cleanUpSource(
  source: StoredSource,
  operationId: string,
  parts: {
    readonly sources: Pick<SourcesService, 'kindOf' | 'secretsOf'>;
    readonly docker: DockerHost;
    readonly worker: Worker;
    readonly dataPath: DataPathPolicy;
  },
): Promise<void> {
  const { sources, docker, worker, dataPath } = parts;
  const signal = AbortSignal.timeout(withinMs);
  try {
    await worker.cleanUp(
      { operationId, locator: source.locator, dataPath, secrets: await sources.secretsOf(source) },
      { kind: sources.kindOf(source), docker },
      { signal, reporter: silentReporter },
    );
  } catch (error) {
    if (!away.has(asHoldfastError(error).code)) throw error;
  }
}
