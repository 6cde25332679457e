/** Numbers from 0 to 1 that look random and are the same for the same seed, so that a failure can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many moments between 0 and 1, in random order: one in each equal part, so that none stays untried. */
export function spreadMoments(count: number, random: () => number): number[] {
  const moments = Array.from({ length: count }, (_, index) => ({
    moment: (index + random()) / count,
    order: random(),
  }));
  return moments.toSorted((a, b) => a.order - b.order).map(({ moment }) => moment);
}
