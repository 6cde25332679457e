const minute = 60_000;

/** How long to wait after each failed attempt: five attempts in about an hour. */
const delaysMs = [minute, 5 * minute, 15 * minute, 40 * minute];

export const mostAttempts = delaysMs.length + 1;

/**
 * @param attempt which one failed, from 1
 * @param random from 0 to 1; spreads what failed together by a fifth to either side
 */
export function retryDelayMs(attempt: number, random: number): number {
  const delay = delaysMs[Math.min(attempt, delaysMs.length) - 1] ?? minute;
  return Math.round(delay * (0.8 + 0.4 * random));
}
