import { HoldfastError } from '@holdfast/runtime';
import { type Clock, instant } from '../clock.ts';
import { latestOf, suspicion } from './snapshot.rules.ts';
import type { StoredSnapshot } from './snapshot.ts';
import type { SnapshotQuery, SnapshotsStore } from './snapshots.store.ts';

export type NewSnapshot = Omit<StoredSnapshot, 'arrival' | 'state' | 'proof'>;

/** Holdfast's own record of what was stored, which everything that chooses snapshots goes by. */
export class SnapshotsService {
  readonly #store: SnapshotsStore;
  readonly #clock: Clock;

  constructor(store: SnapshotsStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @returns why it is suspicious, when it is */
  async record(snapshot: NewSnapshot): Promise<string | undefined> {
    const earlier = await this.of(snapshot.sourceId, snapshot.destinationId);
    const why = suspicion(
      earlier.find(({ state }) => state === 'good'),
      snapshot,
    );
    const state = why === undefined ? 'good' : 'suspicious';
    await this.#store.insert({ ...snapshot, state }, instant(this.#clock));
    return why;
  }

  /** Those of one source in one destination, newest arrival first. */
  of(sourceId: string, destinationId?: string): Promise<StoredSnapshot[]> {
    return this.#store.list({ sourceId, destinationId });
  }

  list(query: SnapshotQuery): Promise<StoredSnapshot[]> {
    return this.#store.list(query);
  }

  /**
   * By our id or restic's, whole or the beginning.
   * @throws HoldfastError `not-found`, `ambiguous`
   */
  async get(idOrPrefix: string, source?: { id: string; name: string }): Promise<StoredSnapshot> {
    const ofWhat = source === undefined ? '' : ` of ${source.name}`;
    const wanted = idOrPrefix.toLowerCase();
    const found = /^[0-9a-f-]+$/.test(wanted) ? await this.#store.byPrefix(wanted, source?.id) : [];
    const [first, second] = found;
    if (first === undefined) {
      throw new HoldfastError('not-found', `There is no snapshot${ofWhat} ${JSON.stringify(idOrPrefix)}.`);
    }
    if (second !== undefined) {
      throw new HoldfastError('ambiguous', `More than one snapshot${ofWhat} begins with ${idOrPrefix}.`);
    }
    return first;
  }

  /** As `get`, and `latest`: the newest good one of the source. @throws HoldfastError `not-found`, `ambiguous` */
  async resolve(source: { id: string; name: string }, reference: string): Promise<StoredSnapshot> {
    if (reference !== 'latest') return this.get(reference, source);
    const latest = latestOf(await this.of(source.id));
    if (latest !== undefined) return latest;
    throw new HoldfastError('not-found', `${source.name} has no snapshot.`, {
      hint: `Make one with: holdfast backup ${source.name}`,
    });
  }

  /** A person looked at a suspicious one and found it right; retention goes on. */
  async confirm(id: string): Promise<StoredSnapshot> {
    const snapshot = await this.get(id);
    await this.#store.confirm(snapshot.id);
    return this.get(snapshot.id);
  }

  /** After the engine has forgotten them. */
  removed(ids: readonly string[]): Promise<void> {
    return this.#store.remove(ids);
  }

  countByDestination(): Promise<Map<string, { snapshots: number; bytesAdded: number }>> {
    return this.#store.countByDestination();
  }
}
