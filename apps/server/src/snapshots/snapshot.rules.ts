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
/** A table with less than this part of all rows may be a queue, or sessions: it is emptied as a matter of course. */
const leastShare = 0.1;

/**
 * Why a snapshot deserves a person's look before older ones may go, in words; undefined when it does not.
 * Size and counts that collapsed are what a wiped database looks like; so is one large table among others that did.
 */
export function suspicion(lastGood: Measured | undefined, now: Measured): string | undefined {
  if (lastGood === undefined) return undefined;
  if (lastGood.bytes >= leastBytes && now.bytes < lastGood.bytes * collapse) {
    return `It holds ${now.bytes} bytes; the last good one held ${lastGood.bytes}.`;
  }
  const [before, after] = [sumsByUnit(lastGood.counts), sumsByUnit(now.counts)];
  for (const [unit, { total, groups }] of before) {
    const least = unit === bytesUnit ? leastBytes : leastCount;
    const found = after.get(unit);
    const totalNow = found?.total ?? 0;
    if (total >= least && totalNow < total * collapse) {
      return `It counts ${totalNow} (${unit}); the last good one counted ${total}.`;
    }
    for (const [name, count] of groups) {
      const countNow = found?.groups.get(name) ?? 0;
      if (count >= Math.max(least, total * leastShare) && countNow < count * collapse) {
        return `It counts ${countNow} of ${name}; the last good one counted ${count}.`;
      }
    }
  }
  return undefined;
}

const bytesUnit = 'bytes';
/** A part of the keys that are counted beside it, and made to pass. */
const passing = /\/(expired|expiring)$/;

interface Sums {
  total: number;
  /** Partitions of one table together: the oldest goes and a new one comes, month after month. */
  readonly groups: Map<string, number>;
}

/** What may be added up: rows with rows, files with files. The unit is what a name begins with. */
function sumsByUnit(counts: Readonly<Record<string, number>>): Map<string, Sums> {
  const units = new Map<string, Sums>();
  for (const [name, count] of Object.entries(counts)) {
    if (passing.test(name)) continue;
    const unit = /^[^/.]*/.exec(name)?.[0] ?? name;
    const sums = units.get(unit) ?? { total: 0, groups: new Map<string, number>() };
    const group = name.replaceAll(/\d+/g, '#');
    sums.total += count;
    sums.groups.set(group, (sums.groups.get(group) ?? 0) + count);
    units.set(unit, sums);
  }
  return units;
}

/** The newest good one; where none is good, the newest. Expects them in any order. */
export function latestOf<T extends { readonly arrival: number; readonly state: 'good' | 'suspicious' }>(
  snapshots: readonly T[],
): T | undefined {
  const newestFirst = snapshots.toSorted((a, b) => b.arrival - a.arrival);
  return newestFirst.find((snapshot) => snapshot.state === 'good') ?? newestFirst[0];
}
