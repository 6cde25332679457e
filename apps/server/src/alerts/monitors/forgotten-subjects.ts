import type { AlertSubject } from '@holdfast/contracts';
import type { Background } from '../../background.ts';
import type { AlertsService } from '../alerts.service.ts';

const tickMs = 10 * 60_000;

export interface ForgottenSubjectsParts {
  readonly alerts: AlertsService;
  /** The ids of what there is, by kind; alerts of kinds that are not named stay. */
  readonly existing: () => Promise<Partial<Record<AlertSubject['kind'], ReadonlySet<string>>>>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, error?: unknown) => void;
}

/** Ends the alerts about what was removed: nothing could make that well again. */
export class ForgottenSubjects implements Background {
  readonly #parts: ForgottenSubjectsParts;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: ForgottenSubjectsParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => void this.tick(), tickMs);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  /** Looks once. Never rejects. */
  tick(): Promise<void> {
    this.#working = this.#working
      .then(() => this.#look())
      .catch((error: unknown) => this.#parts.log('error', 'Alerts could not be tidied.', error));
    return this.#working;
  }

  async #look(): Promise<void> {
    const { alerts, existing } = this.#parts;
    const open = await alerts.list('open');
    if (open.length === 0) return;
    const there = await existing();
    for (const { code, subject } of open) {
      if (there[subject.kind]?.has(subject.id) === false) await alerts.resolve(code, subject);
    }
  }
}
