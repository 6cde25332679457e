import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerHost } from '@holdfast/docker';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { stateProblem } from './container.ts';

const lookEveryMs = 5_000;

/**
 * An engine that does not answer for so many looks (each waits half a minute) has locked up over this very container:
 * old engines do so when a container is killed while output of an exec still waits. Letting go of the output is what
 * frees them.
 */
const silentLooks = 3;

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
    for (let paused = 0, silent = 0; ; ) {
      await sleep(lookEveryMs, undefined, { signal: stopped.signal, ref: false });
      const found = await docker.inspect(container).catch(asHoldfastError);
      if (found instanceof HoldfastError) {
        // An engine that does not answer just now says nothing of the container.
        silent += 1;
        if (found.code !== 'container-not-found' && silent < silentLooks) continue;
        const why =
          found.code === 'container-not-found'
            ? 'The container was removed.'
            : `The engine gives no answer about it any more: ${found.message}`;
        lost.abort(new HoldfastError('container-lost', why));
        return;
      }
      silent = 0;
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
