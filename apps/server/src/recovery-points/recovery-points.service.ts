import { HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { type Standing, standings, stateOf } from './recovery-point.rules.ts';
import type { NewRecoveryPoint, StoredRecoveryPoint } from './recovery-point.ts';
import type { RecoveryPointQuery, RecoveryPointsStore } from './recovery-points.store.ts';

/** The record of which snapshots of an environment were taken together. */
export class RecoveryPointsService {
  readonly #store: RecoveryPointsStore;
  readonly #clock: Clock;

  constructor(store: RecoveryPointsStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Its snapshots must be recorded already. */
  async record(point: NewRecoveryPoint): Promise<Omit<StoredRecoveryPoint, 'arrival'>> {
    const stored = { ...point, id: uuidv7(), state: stateOf(point) };
    await this.#store.insert(stored, instant(this.#clock));
    return stored;
  }

  /** Whether any of these snapshots belongs to a point already. */
  hold(snapshotIds: readonly string[]): Promise<boolean> {
    return this.#store.hold(snapshotIds);
  }

  /** Newest first. */
  list(query: RecoveryPointQuery): Promise<StoredRecoveryPoint[]> {
    return this.#store.list(query);
  }

  /** By its id or the beginning of it. @throws HoldfastError `not-found`, `ambiguous` */
  async get(idOrPrefix: string, environment?: string): Promise<StoredRecoveryPoint> {
    const ofWhat = environment === undefined ? '' : ` of ${environment}`;
    const wanted = idOrPrefix.toLowerCase();
    const found = /^[0-9a-f-]+$/.test(wanted) ? await this.#store.byPrefix(wanted, environment) : [];
    const [first, second] = found;
    if (first === undefined) {
      throw new HoldfastError(
        'not-found',
        `There is no recovery point${ofWhat} ${JSON.stringify(idOrPrefix)}.`,
        {
          hint: 'holdfast points lists those that exist.',
        },
      );
    }
    if (second !== undefined) {
      throw new HoldfastError(
        'ambiguous',
        `More than one recovery point${ofWhat} begins with ${idOrPrefix}.`,
      );
    }
    return first;
  }

  /**
   * As `get`, and `latest`: the newest complete one; where none is complete, the newest. What a restore backed up
   * before it changed anything is what a person wants to leave behind: it is never the latest.
   * @throws HoldfastError `not-found`, `ambiguous`
   */
  async resolve(environment: string, reference: string): Promise<StoredRecoveryPoint> {
    if (reference !== 'latest') return this.get(reference, environment);
    const all = await this.#store.list({ environment, withoutSafety: true });
    const latest = all.find(({ state }) => state === 'complete') ?? all[0];
    if (latest !== undefined) return latest;
    throw new HoldfastError('not-found', `${environment} has no recovery point.`, {
      hint: `Make one with: holdfast backup ${environment}`,
    });
  }

  /** By the id of each snapshot of the environments of whose points a source is a member. */
  async standings(sourceId: string): Promise<Map<string, Standing>> {
    const found = new Map<string, Standing>();
    for (const environment of await this.#store.environmentsWith(sourceId)) {
      const good = await this.#store.goodSnapshots(environment);
      for (const [id, standing] of standings(await this.#store.list({ environment }), good)) {
        found.set(id, standing);
      }
    }
    return found;
  }

  /** After snapshots were removed: what has none left is no point to go back to. */
  tidy(): Promise<void> {
    return this.#store.removeEmpty();
  }
}
