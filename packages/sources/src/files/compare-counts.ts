import type { Manifest } from '@holdfast/contracts';

type Counts = Manifest['counts'];

/** What differs between the counts of a backup and those of its restore, in words; empty when they are equal. */
export function differencesOf(expected: Counts, found: Counts): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return names
    .filter((name) => expected[name] !== found[name])
    .map((name) => `${name}: ${expected[name] ?? 'none'} at backup time, ${found[name] ?? 'none'} now`);
}

/** The first few of a list that may be long, for one sentence. */
export function summarise(items: readonly string[], limit = 5): string {
  const more = items.length - limit;
  return items.slice(0, limit).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
