import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerHost } from '@holdfast/docker';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { stateProblem } from './container.ts';

const lookEveryMs = 5_000;

/** Whether a container has gone for good; what is only paused may have been so for a moment. */
const looksUntilPausedCounts = 6;

export interface ContainerWatch {
  /** Aborted, with the reason, when the container does not run any more. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Looks after a container while data is read from it: a paused one would keep its reader waiting for ever,
 * without an error.
 */
export function watchContainer(docker: DockerHost, container: string): ContainerWatch {
  const lost = new AbortController();
  const stopped = new AbortController();
  const watch = async () => {
    for (let paused = 0; ; ) {
      await sleep(lookEveryMs, undefined, { signal: stopped.signal, ref: false });
      const found = await docker.inspect(container).catch(asHoldfastError);
      if (found instanceof HoldfastError) {
        // An engine that does not answer just now says nothing of the container.
        if (found.code !== 'container-not-found') continue;
        lost.abort(new HoldfastError('container-lost', 'The container was removed.'));
        return;
      }
      const problem = stateProblem(found);
      paused = found.state === 'paused' ? paused + 1 : 0;
      if (problem === undefined || (found.state === 'paused' && paused < looksUntilPausedCounts)) continue;
      lost.abort(new HoldfastError(paused > 0 ? 'container-not-running' : 'container-lost', problem));
      return;
    }
  };
  watch().catch(() => {});
  return { signal: lost.signal, stop: () => stopped.abort() };
}
