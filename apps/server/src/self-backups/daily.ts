import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { isFinal } from '../operations/operation.rules.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import { dueNow } from '../plans/schedule.rules.ts';
import type { SelfBackupsService } from './self-backups.service.ts';

/** How often it is asked whether a backup is due. */
const tickMs = 15_000;
const name = 'self-backup';

export interface DailyParts {
  readonly backups: Pick<SelfBackupsService, 'startScheduled'>;
  readonly operations: Pick<OperationsService, 'stored'>;
  readonly schedules: {
    lastDue(name: string): Promise<Date | undefined>;
    saveDue(name: string, at: Date): Promise<void>;
  };
  readonly clock: Clock;
  readonly cron: string;
  readonly timeZone: string;
  readonly onError: (error: unknown) => void;
}

/** Backs Holdfast up when its time has come: once for any number of times that were missed, never twice at once. */
export class DailySelfBackup implements Background {
  readonly #parts: DailyParts;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> = Promise.resolve();
  #running: string | undefined;

  constructor(parts: DailyParts) {
    this.#parts = parts;
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
    this.#ticking = this.#ticking.then(() => this.#startIfDue()).catch(this.#parts.onError);
    return this.#ticking;
  }

  async #startIfDue(): Promise<void> {
    const { backups, operations, schedules, clock, cron, timeZone } = this.#parts;
    const now = clock.now();
    const last = await schedules.lastDue(name);
    // The first start ever: what was due before is not this Holdfast's to make up for.
    if (last === undefined || last.getTime() > now.getTime()) await schedules.saveDue(name, now);
    const due = last === undefined ? undefined : dueNow({ cron, timeZone }, last, now);
    if (due === undefined) return;
    if (this.#running !== undefined && !isFinal((await operations.stored(this.#running)).state)) return;
    this.#running = (await backups.startScheduled()).id;
    await schedules.saveDue(name, due);
  }
}
