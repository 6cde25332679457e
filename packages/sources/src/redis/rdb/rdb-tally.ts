import { type TypeName, typeNames } from './grammar.ts';
import { KeySum } from './key-sum.ts';
import type { RdbListener } from './rdb-parser.ts';

interface DatabaseTally {
  keys: number;
  expiring: number;
  expired: number;
  readonly types: Map<TypeName, number>;
  readonly sum: KeySum;
}

/** Counts what a dump holds. */
export class RdbTally implements RdbListener {
  readonly #databases = new Map<number, DatabaseTally>();
  readonly #aux = new Map<string, string>();
  #current: DatabaseTally | undefined;
  #functions = 0;
  #expiredAt: number | undefined;

  /** @param expiredAt a key that expires at this time (in ms) or before counts as expired; else the dump's own time */
  constructor(expiredAt?: number) {
    this.#expiredAt = expiredAt;
  }

  /** What counted as past: the time that was given, or the one at which the dump was begun. */
  get expiredAt(): number {
    return this.#expiredAt ?? 0;
  }

  /** Of a field that the server wrote at the beginning, for example `redis-ver`. */
  field(name: string): string | undefined {
    return this.#aux.get(name);
  }

  aux(name: string, value: Buffer): void {
    if (value.length > 256) return;
    this.#aux.set(name, value.toString('utf8'));
    if (name === 'ctime') this.#expiredAt ??= Number(value.toString('latin1')) * 1000;
  }

  database(index: number): void {
    let tally = this.#databases.get(index);
    if (tally === undefined) {
      tally = { keys: 0, expiring: 0, expired: 0, types: new Map(), sum: new KeySum() };
      this.#databases.set(index, tally);
    }
    this.#current = tally;
  }

  functionLibrary(): void {
    this.#functions += 1;
  }

  key(name: Buffer, type: TypeName, expires: number | undefined): void {
    if (this.#current === undefined) this.database(0);
    const tally = this.#current;
    if (tally === undefined) return;
    tally.sum.add(name, typeNames.indexOf(type), expires ?? 0);
    tally.keys += 1;
    tally.types.set(type, (tally.types.get(type) ?? 0) + 1);
    if (expires === undefined) return;
    tally.expiring += 1;
    if (expires <= this.expiredAt) tally.expired += 1;
  }

  /** Expired keys are counted among the others, too: the server removes them when it comes to it. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = { keys: 0, functions: this.#functions };
    for (const [index, { keys, expiring, expired, types }] of [...this.#databases].sort(
      ([a], [b]) => a - b,
    )) {
      if (keys === 0) continue;
      counts['keys'] = (counts['keys'] ?? 0) + keys;
      counts[`db${index}/keys`] = keys;
      counts[`db${index}/expiring`] = expiring;
      counts[`db${index}/expired`] = expired;
      for (const type of typeNames) {
        const count = types.get(type);
        if (count !== undefined) counts[`db${index}/${type}`] = count;
      }
    }
    return counts;
  }

  /** Of the names, types and times of expiry of all keys of a database, in whatever order they come. */
  hashes(): Record<string, string> {
    return Object.fromEntries(
      [...this.#databases]
        .filter(([, { keys }]) => keys > 0)
        .map(([index, { sum }]) => [`db${index}/keys`, sum.digest()]),
    );
  }
}
