/** What is compared of two snapshots of the same source. */
export interface Measured {
  readonly bytes: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Less than this part of what the last good one held is no ordinary day. */
const collapse = 0.2;
/** Small things shrink and grow by large factors without meaning anything. */
const leastBytes = 1024 * 1024;
const leastCount = 1_000;

/**
 * Why a snapshot deserves a person's look before older ones may go, in words; undefined when it does not.
 * Size and counts that collapsed are what a wiped database looks like.
 */
export function suspicion(lastGood: Measured | undefined, now: Measured): string | undefined {
  if (lastGood === undefined) return undefined;
  if (lastGood.bytes >= leastBytes && now.bytes < lastGood.bytes * collapse) {
    return `It holds ${now.bytes} bytes; the last good one held ${lastGood.bytes}.`;
  }
  const before = total(lastGood.counts);
  const after = total(now.counts);
  if (before >= leastCount && after < before * collapse) {
    return `It counts ${after}; the last good one counted ${before}.`;
  }
  return undefined;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The newest good one; where none is good, the newest. Expects them in any order. */
export function latestOf<T extends { readonly arrival: number; readonly state: 'good' | 'suspicious' }>(
  snapshots: readonly T[],
): T | undefined {
  const newestFirst = snapshots.toSorted((a, b) => b.arrival - a.arrival);
  return newestFirst.find((snapshot) => snapshot.state === 'good') ?? newestFirst[0];
}
