/** What became of a source in the pass that took it: its snapshot, or none where it failed. */
export type Taken = string | undefined;

interface Entry {
  readonly since: number;
  readonly taken: PromiseWithResolvers<Taken>;
}

/** What one pass took on itself, and what it leaves to others. */
export interface Share {
  /** Sources that another pass is at, each with what becomes of it. */
  readonly others: ReadonlyMap<string, Promise<Taken>>;
  /** Those who wait for this source go on. */
  settle(sourceId: string, taken: Taken): void;
  /** All that was not settled has failed. */
  end(): void;
}

/**
 * Which sources the passes of this process are at work on, so that several plans that are due at once back each up
 * once. A pass takes all of its sources on itself in one step and waits only for passes before it: nobody waits in a
 * circle.
 */
export class Underway {
  readonly #entries = new Map<string, Entry>();

  /** @param due joins passes that began at this instant or later; without it none is joined */
  share(sourceIds: readonly string[], destinationId: string, { now, due }: { now: Date; due?: Date }): Share {
    const others = new Map<string, Promise<Taken>>();
    const own = new Map<string, Entry>();
    for (const sourceId of sourceIds) {
      const key = `${destinationId} ${sourceId}`;
      const known = this.#entries.get(key);
      if (known !== undefined && due !== undefined && known.since >= due.getTime()) {
        others.set(sourceId, known.taken.promise);
        continue;
      }
      const entry = { since: now.getTime(), taken: Promise.withResolvers<Taken>() };
      own.set(sourceId, entry);
      this.#entries.set(key, entry);
    }
    const settle = (sourceId: string, taken: Taken) => {
      const entry = own.get(sourceId);
      if (entry === undefined) return;
      own.delete(sourceId);
      const key = `${destinationId} ${sourceId}`;
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      entry.taken.resolve(taken);
    };
    return {
      others,
      settle,
      end: () => {
        for (const sourceId of own.keys()) settle(sourceId, undefined);
      },
    };
  }
}
