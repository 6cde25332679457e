import type { Clock } from '../clock.ts';
import { dueNow, type Schedule } from './schedule.rules.ts';
import type { SchedulesStore } from './schedules.store.ts';

/** How often it is asked whether something is due: also what a jump of the clock costs at most. */
const tickMs = 15_000;

export interface ScheduledWork extends Schedule {
  readonly name: string;
  /** Starts the work; the id tells one run from the next. */
  start(): Promise<{ id: string }>;
  isRunning(id: string): Promise<boolean>;
}

/** Starts work when it is due, never twice at once, and once for any number of runs that were missed. */
export class Scheduler {
  readonly #work: readonly ScheduledWork[];
  readonly #store: SchedulesStore;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #onTick: (at: Date) => void;
  readonly #running = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> = Promise.resolve();

  constructor(parts: {
    work: readonly ScheduledWork[];
    store: SchedulesStore;
    clock: Clock;
    onError: (error: unknown) => void;
    /** Told after each look at the clock. */
    onTick?: (at: Date) => void;
  }) {
    this.#work = parts.work;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#onError = parts.onError;
    this.#onTick = parts.onTick ?? (() => {});
  }

  async start(): Promise<void> {
    await this.tick();
    this.#timer = setInterval(() => void this.tick(), tickMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
  }

  /** Looks at the clock once. Looks do not overlap. */
  tick(): Promise<void> {
    this.#ticking = this.#ticking.then(async () => {
      for (const work of this.#work) await this.#startIfDue(work).catch(this.#onError);
      this.#onTick(this.#clock.now());
    });
    return this.#ticking;
  }

  async #startIfDue(work: ScheduledWork): Promise<void> {
    const now = this.#clock.now();
    const lastDue = await this.#store.lastDue(work.name);
    // The first start ever: what was due before is not this Holdfast's to make up for.
    if (lastDue === undefined || lastDue.getTime() > now.getTime()) await this.#store.saveDue(work.name, now);
    if (lastDue === undefined) return;
    const due = dueNow(work, lastDue, now);
    if (due === undefined) return;
    const before = this.#running.get(work.name);
    if (before !== undefined && (await work.isRunning(before))) return;
    const { id } = await work.start();
    this.#running.set(work.name, id);
    await this.#store.saveDue(work.name, due);
  }
}
