import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';

const pollMs = 250;
/** A server that really is reached by its socket only is believed after it answered for this long. */
const settledMs = 15_000;

/** Errors that a start brings with it; all others say that waiting will not help. */
const passing = new Set([
  'dump-failed',
  'container-lost',
  'credentials-rejected',
  'credentials-missing',
  'timed-out',
]);

/**
 * Asks a server again and again until it can be worked with. Entry points of images make an empty data folder usable by
 * a passing server, which listens on no address: `ask` then gives not true, but what tells one start from the next.
 *
 * @throws HoldfastError what `ask` throws when waiting will not help (`container-not-running`…); `container-unhealthy`
 *   when the signal's time was over
 */
export async function untilServerReady(
  container: string,
  { signal }: Pick<CaptureContext, 'signal'>,
  ask: () => Promise<true | string>,
): Promise<void> {
  let last: HoldfastError | undefined;
  let seen: { readonly start: string; readonly since: number } | undefined;
  while (!signal.aborted) {
    try {
      const answer = await ask();
      if (answer === true) return;
      if (seen?.start !== answer) seen = { start: answer, since: performance.now() };
      if (performance.now() - seen.since > settledMs) return;
    } catch (error) {
      seen = undefined;
      const failure = asHoldfastError(error);
      if (signal.aborted) break;
      if (!passing.has(failure.code)) throw failure;
      last = failure;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  const why = last === undefined ? '' : ` ${last.message}`;
  throw new HoldfastError('container-unhealthy', `The server in ${container} was not ready in time.${why}`, {
    cause: last,
  });
}
