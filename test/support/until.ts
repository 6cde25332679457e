import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 100;
const giveUpAfterMs = 180_000;

/**
 * Asks until there is an answer that is neither undefined nor false, and gives it. The limit only ends a test that
 * would never end: it is far above what a loaded machine needs.
 * @param instead what is there in place of it, for the message
 * @throws Error with `what` when there is none
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  instead?: () => Promise<string>,
): Promise<T> {
  const giveUp = Date.now() + giveUpAfterMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > giveUp) {
      const words = instead === undefined ? what : `${what}; instead: ${await instead()}`;
      throw new Error(`Waited in vain: ${words}`);
    }
    await sleep(everyMs);
  }
}
