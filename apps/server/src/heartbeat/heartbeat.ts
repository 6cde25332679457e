import type { Secret } from '@holdfast/runtime';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Background } from '../background.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import { type Beat, beatOf, isPassOfEverything } from './heartbeat.rules.ts';

const timeoutMs = 10_000;
/** How often it is looked whether a pass began or ended. */
const lookMs = 5_000;
/** A ping that did not get through is tried again after this long. */
const retryMs = 60_000;
const failingAfter = 2;
const subject = { kind: 'channel', id: 'heartbeat', name: 'heartbeat' } as const;

export interface HeartbeatSettings {
  /** As services that wait for pings give it out; who knows it can ping. */
  readonly url: Secret;
  /** How often to say so even though nothing changed; absent: never. */
  readonly intervalMs?: number;
}

export interface HeartbeatParts {
  readonly settings: HeartbeatSettings;
  readonly operations: Pick<OperationsService, 'recentPasses'>;
  readonly alerts: AlertsService;
  /** Milliseconds that only ever grow. */
  readonly monotonic: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, error?: unknown) => void;
}

/**
 * Tells somebody outside how the passes over everything go, so that silence can be noticed: a control plane that is
 * dead raises no alert. What it tells is read from the database, so a state that cannot be read is silence, too.
 */
export class Heartbeat implements Background {
  readonly #parts: HeartbeatParts;
  readonly #stopping = new AbortController();
  #last: { readonly beat: Beat; readonly at: number } | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => void this.tick(), lookMs);
    void this.tick();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#working;
  }

  /** Looks once, and pings when there is a reason to. Never rejects. */
  tick(): Promise<void> {
    this.#working = this.#working
      .then(() => this.#look())
      .catch((error: unknown) =>
        this.#parts.log('warn', 'The heartbeat could not look at the passes.', error),
      );
    return this.#working;
  }

  async #look(): Promise<void> {
    const { operations, settings, monotonic } = this.#parts;
    if (this.#stopping.signal.aborted) return;
    const beat = beatOf((await operations.recentPasses('backup')).filter(isPassOfEverything));
    const intervalMs = this.#failures > 0 ? retryMs : settings.intervalMs;
    const before = this.#last;
    const isNew =
      before !== undefined && (before.beat.passId !== beat.passId || before.beat.kind !== beat.kind);
    const isTime =
      intervalMs !== undefined && (before === undefined || monotonic() - before.at >= intervalMs);
    if (before === undefined && !isTime) this.#last = { beat, at: monotonic() };
    if (!isNew && !isTime) return;
    this.#last = { beat, at: monotonic() };
    await this.#ping(beat);
  }

  async #ping({ kind }: Beat): Promise<void> {
    const { settings, alerts, log } = this.#parts;
    const address =
      settings.url.reveal().replace(/\/+$/, '') + { start: '/start', success: '', fail: '/fail' }[kind];
    const problem = await ping(address, this.#stopping.signal);
    if (this.#stopping.signal.aborted) return;
    if (problem === undefined) {
      this.#failures = 0;
      return alerts.resolve('channel-failing', subject);
    }
    this.#failures += 1;
    log('warn', `The heartbeat did not get through. ${problem}`);
    if (this.#failures < failingAfter) return;
    await alerts.raise({
      code: 'channel-failing',
      subject,
      message: `The heartbeat does not get through. ${problem}`,
      hint: 'Check HOLDFAST_HEARTBEAT_URL, and whether this server reaches it.',
    });
  }
}

/** @returns what went wrong, in words without the address */
async function ping(address: string, stopping: AbortSignal): Promise<string | undefined> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(address, { method: 'POST', redirect: 'manual', signal });
    await response.body?.cancel();
    return response.ok ? undefined : `The other end answered ${response.status}.`;
  } catch {
    return 'The other end cannot be reached.';
  }
}
