import { setImmediate } from 'node:timers/promises';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { dueNow, nextRuns, type Schedule, withJitter } from './schedule.rules.ts';

/** How long it sleeps at most: also what a jump of the clock costs. */
const longestSleepMs = 15_000;

/** How many are looked at before others have their turn: when one is due next takes long to find out. */
const itemsAtOnce = 50;

/** Something that comes due again and again. */
export interface Scheduled extends Schedule {
  /** Unique among all that is scheduled. */
  readonly key: string;
  /** For a person. */
  readonly name: string;
  /** The run (before jitter) that was last acted on. */
  readonly lastRun: Date;
  /** An earlier run still goes on: the next one begins after it. */
  readonly busy: boolean;
}

export interface ScheduledRun<T> {
  readonly item: T;
  /** Before jitter. */
  readonly run: Date;
  /** When it was really due. */
  readonly due: Date;
}

/** Things that are scheduled and started alike. */
export interface ScheduledGroup<T extends Scheduled = Scheduled> {
  /** All of them; by queries whose number does not depend on how many there are. */
  list(now: Date): Promise<readonly T[]>;
  /** Starts those whose `lastRun` is still what it was, and stores the run as the last one, together. */
  start(runs: readonly ScheduledRun<T>[]): Promise<void>;
  /** Their last run lies in the future, because the clock was wrong then: `now` takes its place. */
  reset(items: readonly T[], now: Date): Promise<void>;
}

export interface SchedulerParts {
  readonly groups: readonly ScheduledGroup[];
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Told after each look at the clock. */
  readonly onTick?: (at: Date) => void;
  /** Told once of a run that is due while the one before it still goes on. */
  readonly onBusy?: (item: Scheduled) => void;
}

/**
 * Starts what is due, once for any number of runs that were missed, never over one that still goes on. It sleeps until
 * the next due time; what is due together is started together.
 */
export class Scheduler implements Background {
  readonly #parts: SchedulerParts;
  /** When each is due next, as long as nothing about it changes. */
  readonly #next = new Map<string, { readonly of: string; readonly due: number }>();
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> = Promise.resolve();
  #pending = false;
  #running = false;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#running = true;
    await this.tick();
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    await this.#ticking;
  }

  /** Something has changed: it looks again at once. */
  wake(): void {
    if (this.#running && !this.#pending) void this.tick();
  }

  /** A run has ended: what is due and waits for it may begin. */
  runEnded(): void {
    if (this.#waiting.size > 0) this.wake();
  }

  /** Looks at the clock once. Looks do not overlap. */
  tick(): Promise<void> {
    this.#pending = true;
    this.#ticking = this.#ticking.then(async () => {
      this.#pending = false;
      clearTimeout(this.#timer);
      let nextDue = Number.POSITIVE_INFINITY;
      for (const group of this.#parts.groups) {
        nextDue = Math.min(nextDue, await this.#look(group).catch((error: unknown) => this.#failed(error)));
      }
      this.#parts.onTick?.(this.#parts.clock.now());
      if (this.#running) this.#sleepUntil(nextDue);
    });
    return this.#ticking;
  }

  #failed(error: unknown): number {
    this.#parts.onError(error);
    return Number.POSITIVE_INFINITY;
  }

  #sleepUntil(due: number): void {
    const untilDue = due - this.#parts.clock.now().getTime();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.tick(), Math.max(1, Math.min(untilDue, longestSleepMs)));
  }

  /** @returns when the next of the group is due */
  async #look(group: ScheduledGroup): Promise<number> {
    const now = this.#parts.clock.now();
    const items = await group.list(now);
    const ahead = items.filter(({ lastRun }) => lastRun.getTime() > now.getTime());
    if (ahead.length > 0) await group.reset(ahead, now);
    const runs: ScheduledRun<Scheduled>[] = [];
    let nextDue = Number.POSITIVE_INFINITY;
    for (const [position, item] of items.entries()) {
      if (position % itemsAtOnce === itemsAtOnce - 1) await setImmediate();
      if (item.lastRun.getTime() > now.getTime()) continue;
      const due = this.#dueOf(item);
      if (due > now.getTime()) nextDue = Math.min(nextDue, due);
      else if (item.busy) this.#tellBusy(item);
      else {
        const run = dueNow(item, item.lastRun, now);
        if (run !== undefined) runs.push({ item, run, due: withJitter(run, item) });
        this.#waiting.delete(item.key);
      }
    }
    if (runs.length > 0) {
      await group.start(runs);
      // What was started has a next due time, which only its new record tells.
      return now.getTime();
    }
    return nextDue;
  }

  #dueOf(item: Scheduled): number {
    const of = [item.cron, item.timeZone, item.jitterSeconds ?? 0, item.lastRun.getTime()].join(' ');
    const known = this.#next.get(item.key);
    if (known?.of === of) return known.due;
    const [run] = nextRuns(item, item.lastRun);
    const due = run === undefined ? Number.POSITIVE_INFINITY : withJitter(run, item).getTime();
    this.#next.set(item.key, { of, due });
    return due;
  }

  #tellBusy(item: Scheduled): void {
    if (this.#waiting.has(item.key)) return;
    this.#waiting.add(item.key);
    this.#parts.onBusy?.(item);
  }
}
