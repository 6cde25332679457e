import { isFinal } from '../operations/operation.rules.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { Scheduled, ScheduledGroup, ScheduledRun } from './scheduler.ts';
import type { SchedulesStore } from './schedules.store.ts';

/** What has a window of its own, beside all plans. */
export interface Upkeep {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  /** Starts it; the id tells one run from the next. */
  readonly start: () => Promise<{ readonly id: string }>;
}

/** Prune and drills, for the scheduler. */
export class UpkeepRuns implements ScheduledGroup {
  readonly #store: SchedulesStore;
  readonly #operations: Pick<OperationsService, 'stored'>;
  readonly #work: ReadonlyMap<string, Upkeep>;
  /** The operation that each was last started as, by this process. */
  readonly #started = new Map<string, string>();

  constructor(store: SchedulesStore, operations: Pick<OperationsService, 'stored'>, work: readonly Upkeep[]) {
    this.#store = store;
    this.#operations = operations;
    this.#work = new Map(work.map((one) => [one.name, one]));
  }

  async list(now: Date): Promise<Scheduled[]> {
    const known = await this.#store.lastDues();
    return Promise.all(
      [...this.#work.values()].map(async ({ name, cron, timeZone }) => {
        const lastDue = known.get(name);
        // The first start ever: what was due before is not this Holdfast's to make up for.
        if (lastDue === undefined) await this.#store.begin(name, now.toISOString());
        const lastRun = lastDue === undefined ? now : new Date(lastDue);
        return { key: name, name, cron, timeZone, lastRun, busy: await this.#isBusy(name) };
      }),
    );
  }

  async start(runs: readonly ScheduledRun<Scheduled>[]): Promise<void> {
    const outcomes = await Promise.allSettled(runs.map((run) => this.#startOne(run)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #startOne({ item: { key, lastRun }, run }: ScheduledRun<Scheduled>): Promise<void> {
    const [before, after] = [lastRun.toISOString(), run.toISOString()];
    if (!(await this.#store.advance(key, before, after))) return;
    try {
      const started = await this.#work.get(key)?.start();
      if (started !== undefined) this.#started.set(key, started.id);
    } catch (error) {
      // It stays due, and is tried again.
      await this.#store.advance(key, after, before);
      throw error;
    }
  }

  async reset(items: readonly Scheduled[], now: Date): Promise<void> {
    for (const { key, lastRun } of items) {
      await this.#store.advance(key, lastRun.toISOString(), now.toISOString());
    }
  }

  async #isBusy(name: string): Promise<boolean> {
    const id = this.#started.get(name);
    return id !== undefined && !isFinal((await this.#operations.stored(id)).state);
  }
}
