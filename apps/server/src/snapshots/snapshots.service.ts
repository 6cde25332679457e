import type { Proof } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { AlertsService } from '../alerts/alerts.service.ts';
import { type Clock, instant } from '../clock.ts';
import { latestOf, suspicion } from './snapshot.rules.ts';
import type { StoredSnapshot } from './snapshot.ts';
import type { SnapshotArrivals, SnapshotQuery, SnapshotsStore } from './snapshots.store.ts';

export type NewSnapshot = Omit<StoredSnapshot, 'arrival' | 'state' | 'proof'>;

/** Holdfast's own record of what was stored, which everything that chooses snapshots goes by. */
export class SnapshotsService {
  readonly #store: SnapshotsStore;
  readonly #alerts: AlertsService;
  readonly #clock: Clock;

  constructor(store: SnapshotsStore, alerts: AlertsService, clock: Clock) {
    this.#store = store;
    this.#alerts = alerts;
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
    if (why !== undefined) {
      const raised = this.#alerts.raise({
        code: 'snapshot-suspicious',
        subject: { kind: 'source', id: snapshot.sourceId, name: snapshot.sourceName },
        message: `The snapshot of ${snapshot.sourceName} of ${snapshot.time} is suspicious. ${why} Nothing of this source is removed until someone looked at it.`,
        hint: `When it is as it should be: holdfast snapshot confirm ${snapshot.id}. When it is not, restore an older one, and delete it.`,
      });
      // The snapshot is recorded, and says it of itself.
      await raised.catch(() => {});
    }
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

  /** The newest good one (where none is good, the newest) of a source in a destination. */
  async latest(sourceId: string, destinationId: string): Promise<StoredSnapshot | undefined> {
    return latestOf(await this.of(sourceId, destinationId));
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

  /** Ids by source, of those that show the state of an instant or later. */
  takenSince(
    sourceIds: readonly string[],
    destinationId: string,
    since: string,
  ): Promise<Map<string, string>> {
    return this.#store.takenSince(sourceIds, destinationId, since);
  }

  /** When the newest state of each of these sources in each destination was taken. */
  newestTimes(sourceIds: readonly string[]): ReturnType<SnapshotsStore['newestTimes']> {
    return this.#store.newestTimes(sourceIds);
  }

  /** A person looked at a suspicious one and found it right; retention goes on. */
  async confirm(id: string): Promise<StoredSnapshot> {
    const snapshot = await this.get(id);
    await this.#store.confirm(snapshot.id);
    await this.#resolveSuspicion([snapshot.sourceId]);
    return this.get(snapshot.id);
  }

  /** A restore of it was compared with what was counted, and found equal. */
  prove(id: string, proof: Proof): Promise<void> {
    return this.#store.prove(id, proof);
  }

  /** After the engine has forgotten them. */
  async removed(ids: readonly string[]): Promise<void> {
    const gone = await this.#store.list({ ids });
    await this.#store.remove(ids);
    const suspicious = gone.filter(({ state }) => state === 'suspicious');
    await this.#resolveSuspicion(suspicious.map(({ sourceId }) => sourceId));
  }

  /** Where none is left that is suspicious. */
  async #resolveSuspicion(sourceIds: readonly string[]): Promise<void> {
    for (const sourceId of new Set(sourceIds)) {
      const left = (await this.of(sourceId)).some(({ state }) => state === 'suspicious');
      if (!left) await this.#alerts.resolve('snapshot-suspicious', { kind: 'source', id: sourceId });
    }
  }

  countByDestination(): Promise<Map<string, { snapshots: number; bytesAdded: number }>> {
    return this.#store.countByDestination();
  }

  /** By day of UTC (YYYY-MM-DD), from that one on. */
  arrivals(fromDay: string): Promise<SnapshotArrivals[]> {
    return this.#store.arrivals(fromDay);
  }
}
