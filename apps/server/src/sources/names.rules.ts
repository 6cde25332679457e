import { createHash } from 'node:crypto';
import { sourceNameSchema } from '@holdfast/contracts';
import type { FoundSource, StoredSource } from './source.ts';

export function isName(name: string | undefined): name is string {
  return sourceNameSchema.safeParse(name).success;
}

/** For a person, in a sentence: names of the engine may hold anything. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** A name made of words that may hold anything; `fallback` where nothing of them is left. */
export function nameOf(words: readonly string[], fallback: string): string {
  const name = words
    .join('-')
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replaceAll(/-{2,}/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/[-.]+$/, '')
    .slice(0, 100);
  return isName(name) ? name : fallback;
}

/**
 * Gives each its own name. What is no container keeps the name that it had; where another has it, it gets its kind
 * behind it, or a hash. A container goes first, and keeps what a label or the engine calls it: the second of
 * two that want one name is not protected.
 */
export function settleNames(
  found: readonly FoundSource[],
  others: readonly StoredSource[],
  records: ReadonlyMap<FoundSource, StoredSource>,
): Map<FoundSource, { readonly name: string; readonly reason?: string }> {
  const taken = new Set(others.map((source) => source.name));
  const settled = new Map<FoundSource, { name: string; reason?: string }>();
  for (const source of strongestFirst(found, records)) {
    const name = nameBefore(source, records.get(source)) ?? source.name;
    const free = alternatives({ ...source, name }).find((candidate) => !taken.has(candidate));
    const duplicate = `Another source is named ${name}, too; give it its own with the label holdfast.name.`;
    settled.set(source, {
      name: free ?? name,
      reason: source.reason ?? (free === undefined ? duplicate : undefined),
    });
    taken.add(free ?? name);
  }
  return settled;
}

function nameBefore({ place, named }: FoundSource, record: StoredSource | undefined): string | undefined {
  return place === undefined || named ? undefined : record?.name;
}

function alternatives({ name, kind, place, named }: FoundSource): string[] {
  if (place === undefined || named) return [name];
  return [name, `${name}-${kind}`, `${name.slice(0, 100)}-${shortHash(place)}`];
}

/**
 * Those that nothing keeps from being protected come first, then containers, then running ones, then those that had
 * the name before: a newcomer takes it from nobody.
 */
function strongestFirst(
  found: readonly FoundSource[],
  records: ReadonlyMap<FoundSource, StoredSource>,
): FoundSource[] {
  const claims = (source: FoundSource) => [
    source.reason === undefined,
    source.place === undefined,
    source.running,
    records.get(source)?.name === source.name,
  ];
  return found.toSorted((a, b) => {
    const ofB = claims(b);
    const difference = claims(a)
      .map((claim, index) => Number(ofB[index]) - Number(claim))
      .find((one) => one !== 0);
    // The engine lists in no order that lasts.
    return difference ?? idOf(a).localeCompare(idOf(b));
  });
}

function idOf({ place, containerName }: FoundSource): string {
  return place ?? containerName ?? '';
}
