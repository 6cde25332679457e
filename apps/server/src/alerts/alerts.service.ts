import type { Alert, AlertCode, AlertFilter, AlertSubject } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import type { AlertsStore, OpenSubject } from './alerts.store.ts';

export interface RaisedAlert {
  readonly code: AlertCode;
  readonly subject: AlertSubject;
  /** What others are about to be raised for, too; they are told together. */
  readonly cause?: AlertSubject;
  readonly message: string;
  readonly hint: string;
}

export type AlertListener = (alert: Alert) => void;

/** What a person has to look at, until it is well again. */
export class AlertsService {
  readonly #store: AlertsStore;
  readonly #clock: Clock;
  readonly #raisedListeners = new Set<AlertListener>();
  readonly #resolvedListeners = new Set<AlertListener>();

  constructor(store: AlertsStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Told of every raise in this process, the repeated ones among them. @returns how to stop listening */
  onRaised(listener: AlertListener): () => void {
    this.#raisedListeners.add(listener);
    return () => this.#raisedListeners.delete(listener);
  }

  /** Told in this process when one that was open is well again. @returns how to stop listening */
  onResolved(listener: AlertListener): () => void {
    this.#resolvedListeners.add(listener);
    return () => this.#resolvedListeners.delete(listener);
  }

  async raise({ code, subject, cause, message, hint }: RaisedAlert): Promise<void> {
    const alert = { id: uuidv7(), code, subject, cause, message, hint };
    const raised = await this.#store.raise(alert, instant(this.#clock));
    for (const listener of this.#raisedListeners) listener(raised);
  }

  /** Harmless where none is open. */
  async resolve(code: AlertCode, subject: Pick<AlertSubject, 'kind' | 'id'>): Promise<void> {
    for (const resolved of await this.#store.resolve(code, subject, instant(this.#clock))) {
      for (const listener of this.#resolvedListeners) listener(resolved);
    }
  }

  /** Newest first; of `all` no more than the newest 500. */
  async list(state: 'open' | 'all'): Promise<Alert[]> {
    return state === 'open' ? this.#store.open() : this.#store.list({ state, limit: 500 });
  }

  /** Newest first. */
  async page(filter: AlertFilter): Promise<{ items: Alert[]; next?: string }> {
    const found = await this.#store.list({ ...filter, limit: filter.limit + 1 });
    const items = found.slice(0, filter.limit);
    return { items, next: found.length > filter.limit ? items.at(-1)?.id : undefined };
  }

  byIds(ids: readonly string[]): Promise<Alert[]> {
    return this.#store.byIds(ids);
  }

  /**
   * Somebody knows of it: it stays open, without reminders.
   * @param idOrPrefix of the alert
   * @throws HoldfastError `not-found`, `ambiguous`
   */
  async acknowledge(idOrPrefix: string, by: string): Promise<Alert> {
    const [alert, ...others] = await this.#store.byIdPrefix(idOrPrefix.toLowerCase());
    if (alert === undefined) throw new HoldfastError('not-found', `There is no alert ${idOrPrefix}.`);
    if (others.length > 0) {
      throw new HoldfastError('ambiguous', `More than one alert begins with ${idOrPrefix}.`);
    }
    await this.#store.acknowledge(alert.id, by, instant(this.#clock));
    const [acknowledged] = await this.#store.byIds([alert.id]);
    return acknowledged ?? alert;
  }

  /** What the open alerts with these codes are about. */
  openSubjects(codes: readonly AlertCode[]): Promise<OpenSubject[]> {
    return this.#store.openSubjects(codes);
  }
}
