import type { Alert } from '@holdfast/contracts';
import { asHoldfastError, type HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Background } from '../background.ts';
import { type Clock, instant } from '../clock.ts';
import type { StoredChannel } from './channel.ts';
import type { ChannelsService } from './channels.service.ts';
import { carries, decideNews } from './news.rules.ts';
import { composeNotice, type News } from './notice.rules.ts';
import type { Delivery, OutboxStore } from './outbox.store.ts';
import { mostAttempts, retryDelayMs } from './retry.rules.ts';

/** How often it is looked whether there is something to tell. */
const tickMs = 5_000;
/** Failed attempts in a row before the others are told that a channel fails. */
const failingAfter = 2;
/** How long messages that ended are kept. */
const keptMs = 30 * 86_400_000;

/** Which environment an alert is about, if about any. */
export type EnvironmentOf = (alert: Alert) => string | undefined;

export interface DispatcherParts {
  readonly alerts: AlertsService;
  readonly channels: ChannelsService;
  readonly outbox: OutboxStore;
  readonly environments: () => Promise<EnvironmentOf>;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, error?: unknown) => void;
}

/** Puts what each channel has to tell into the outbox, and sends what lies there. */
export class Dispatcher implements Background {
  readonly #parts: DispatcherParts;
  readonly #stopping = new AbortController();
  /** One at a time for each channel, so that one that hangs holds up no other. */
  readonly #sending = new Map<string, Promise<void>>();
  #composing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => void this.tick(), tickMs);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#composing;
    await Promise.all(this.#sending.values());
  }

  /** Looks once. Resolves when all channels are at rest; never rejects. */
  async tick(): Promise<void> {
    this.#composing = this.#composing
      .then(() => this.#look())
      .catch((error: unknown) => {
        this.#parts.log('error', 'It could not be seen what the channels have to tell.', error);
      });
    await this.#composing;
    await Promise.all(this.#sending.values());
  }

  async #look(): Promise<void> {
    const { channels, outbox, clock } = this.#parts;
    if (this.#stopping.signal.aborted) return;
    const enabled = (await channels.all()).filter((channel) => channel.enabled);
    if (enabled.length === 0) return;
    await outbox.tidy(new Date(clock.now().getTime() - keptMs).toISOString());
    const open = (await this.#parts.alerts.list('open')).toReversed();
    const environmentOf = await this.#parts.environments();
    for (const channel of enabled) {
      await this.#putNews(channel, open, environmentOf);
      if (this.#sending.has(channel.id)) continue;
      const sending = this.#sendDue(channel)
        .catch((error: unknown) =>
          this.#parts.log('error', `Channel ${channel.name}: what became of a message is not known.`, error),
        )
        .finally(() => this.#sending.delete(channel.id));
      this.#sending.set(channel.id, sending);
    }
  }

  async #putNews(
    channel: StoredChannel,
    open: readonly Alert[],
    environmentOf: EnvironmentOf,
  ): Promise<void> {
    const { alerts, outbox, clock } = this.#parts;
    const told = await outbox.told(channel.id);
    const openIds = new Set(open.map(({ id }) => id));
    const gone = [...told.keys()].filter((id) => !openIds.has(id));
    const news = decideNews({
      open: open.filter((alert) => carries(channel, alert, environmentOf(alert))),
      recovered: (await alerts.byIds(gone)).filter(({ state }) => state === 'resolved'),
      told,
      windowMs: channel.windowSeconds * 1_000,
      now: clock.now(),
    });
    if (news.length === 0) return;
    const idsOf = (state: News['state']) =>
      news.filter((one) => one.state === state).map(({ alert }) => alert.id);
    await outbox.put(channel.id, composeNotice(uuidv7(), instant(clock), news), {
      raised: idsOf('raised'),
      reminded: idsOf('reminder').map((alertId) => ({ alertId, toldAt: told.get(alertId) ?? '' })),
      recovered: idsOf('recovered'),
    });
  }

  async #sendDue(channel: StoredChannel): Promise<void> {
    const { outbox, clock } = this.#parts;
    for (const delivery of await outbox.due(channel.id, instant(clock))) {
      if (this.#stopping.signal.aborted) return;
      await this.#attempt(channel, delivery);
    }
  }

  async #attempt(channel: StoredChannel, delivery: Delivery): Promise<void> {
    const { channels, outbox, clock, random } = this.#parts;
    const attempt = delivery.attempts + 1;
    const next = new Date(clock.now().getTime() + retryDelayMs(attempt, random())).toISOString();
    if (!(await outbox.claim(delivery, next))) return;
    // The process died in the middle of the last attempt.
    if (attempt > mostAttempts) return outbox.end(delivery.id, 'given-up', instant(clock));
    try {
      const { problem } = await channels.send(channel, delivery.notice, this.#stopping.signal);
      await outbox.end(delivery.id, 'delivered', instant(clock));
      if (problem === undefined) await this.#works(channel);
      else await this.#fails(channel, problem);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const failure = asHoldfastError(error);
      this.#parts.log(
        'warn',
        `Channel ${channel.name}, attempt ${attempt} of ${mostAttempts}: ${failure.message}`,
      );
      if (attempt >= mostAttempts) await outbox.end(delivery.id, 'given-up', instant(clock));
      if (attempt >= failingAfter) await this.#fails(channel, failure);
    }
  }

  #works({ id }: StoredChannel): Promise<void> {
    return this.#parts.alerts.resolve('channel-failing', { kind: 'channel', id });
  }

  #fails({ id, name }: StoredChannel, { message, hint }: HoldfastError): Promise<void> {
    return this.#parts.alerts.raise({
      code: 'channel-failing',
      subject: { kind: 'channel', id, name },
      message: `Alerts do not get through by the channel ${name}. ${message}`,
      hint: `${hint} Try it with: holdfast channels test ${name}`,
    });
  }
}
