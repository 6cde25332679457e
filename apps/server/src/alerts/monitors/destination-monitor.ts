import type { Background } from '../../background.ts';
import type { Clock } from '../../clock.ts';
import type { DestinationsService } from '../../destinations/destinations.service.ts';
import type { OperationsService } from '../../operations/operations.service.ts';
import type { AlertsService } from '../alerts.service.ts';

/** How often it is looked whether a probe is due. */
const tickMs = 60_000;
/** A hundred backups that fail at once are one reason to look. */
const leastBetweenMs = 60_000;

export interface DestinationMonitorParts {
  readonly destinations: DestinationsService;
  readonly operations: Pick<OperationsService, 'onEnded'>;
  readonly alerts: AlertsService;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Less free space than this, in percent, is nearly full. */
  readonly freePercent: number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, error?: unknown) => void;
}

/** Probes each destination now and then, and at once when a backup failed because of one. */
export class DestinationMonitor implements Background {
  readonly #parts: DestinationMonitorParts;
  /** When each was last probed from here, in monotonic milliseconds. */
  readonly #probed = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: DestinationMonitorParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    this.#stopListening = this.#parts.operations.onEnded(({ role, error, destination }) => {
      if (role !== 'part' || destination === undefined) return;
      if (error?.code.startsWith('destination-') === true)
        void this.#queue(() => this.#suspect(destination.id));
    });
    this.#timer = setInterval(() => void this.tick(), tickMs);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening?.();
    await this.#working;
  }

  /** Probes those whose time has come. Never rejects. */
  tick(): Promise<void> {
    return this.#queue(async () => {
      const { destinations, clock, intervalMs } = this.#parts;
      for (const destination of await destinations.list()) {
        const last = destination.lastProbe?.time;
        const age = last === undefined ? Infinity : clock.now().getTime() - Date.parse(last);
        if (age < 0 || age >= intervalMs) await this.#probe(destination);
      }
    });
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working
      .then(work)
      .catch((error: unknown) => this.#parts.log('error', 'A destination could not be probed.', error));
    return this.#working;
  }

  async #suspect(id: string): Promise<void> {
    const last = this.#probed.get(id);
    if (last !== undefined && this.#parts.clock.monotonic() - last < leastBetweenMs) return;
    const destination = (await this.#parts.destinations.list()).find((one) => one.id === id);
    if (destination !== undefined) await this.#probe(destination);
  }

  async #probe({ id, name }: { id: string; name: string }): Promise<void> {
    const { destinations, alerts, clock } = this.#parts;
    const { ok, error } = await destinations.probe(id);
    this.#probed.set(id, clock.monotonic());
    const subject = { kind: 'destination', id, name } as const;
    const isFull = error?.code === 'destination-full';
    if (ok || isFull) await alerts.resolve('destination-unreachable', subject);
    else {
      await alerts.raise({
        code: 'destination-unreachable',
        subject,
        message: `The destination ${name} does not work. ${error?.detail ?? 'The probe failed.'}`,
        hint: error?.hint ?? `Try it with: holdfast destinations test ${name}`,
      });
    }
    if (isFull) {
      await alerts.raise({
        code: 'destination-nearly-full',
        subject,
        message: `The destination ${name} is full. ${error.detail}`,
        hint: error.hint,
      });
    } else if (ok) await this.#watchSpace(subject);
  }

  /** Where it is known: object storage does not say. */
  async #watchSpace(subject: { kind: 'destination'; id: string; name: string }): Promise<void> {
    const { destinations, alerts, freePercent } = this.#parts;
    const space = await (await destinations.open(await destinations.get(subject.id))).space();
    if (space === undefined || space.freeBytes * 100 >= space.totalBytes * freePercent) {
      return alerts.resolve('destination-nearly-full', subject);
    }
    const percent = Math.floor((space.freeBytes * 100) / space.totalBytes);
    const gibibytes = (space.freeBytes / 1024 ** 3).toFixed(1);
    await alerts.raise({
      code: 'destination-nearly-full',
      subject,
      message: `The destination ${subject.name} has ${percent} % of its space left: ${gibibytes} GiB.`,
      hint: 'Free some space there, keep fewer snapshots, or add another destination.',
    });
  }
}
