import { setImmediate } from 'node:timers/promises';
import type { AlertCode } from '@holdfast/contracts';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { StoredSource } from '../sources/source.ts';
import type { ProtectionService, Standing } from './protection.service.ts';

const everyMs = 60_000;
/** What was just made, or is being made anew, or up for, may be well again in a moment: it is nobody's alarm yet. */
const settlingMs = 5 * 60_000;

export interface MonitorParts {
  readonly protection: Pick<ProtectionService, 'all'>;
  readonly alerts: Pick<AlertsService, 'raise' | 'resolve' | 'openSubjects'>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

interface Finding {
  readonly message: string;
  readonly hint: string;
  /** How long it has to be so before a person is told. */
  readonly settlesMs: number;
}

/** Raises an alert for each source that nothing backs up, or whose backup is overdue, and resolves it when it is well. */
export class ProtectionMonitor implements Background {
  readonly #parts: MonitorParts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** Since when something is not as it should be, by code and source, on the monotonic clock. */
  readonly #noticed = new Map<string, number>();

  constructor(parts: MonitorParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.look(), everyMs);
    // Beside the start: an engine that does not answer must not hold it up.
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Compares what is with what should be, once. Looks do not overlap. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look()).catch(this.#parts.onError);
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { protection, alerts } = this.#parts;
    const open = await alerts.openSubjects(findings.map(([code]) => code));
    const known = new Set(open.flatMap(({ kind, code, id }) => (kind === 'source' ? [`${code} ${id}`] : [])));
    const seen = new Set<string>();
    for await (const some of protection.all()) {
      for (const standing of some) {
        seen.add(standing.source.id);
        for (const [code, find] of findings)
          await this.#compare(code, find(standing), standing.source, known);
      }
    }
    for (const { kind, code, id } of open) {
      if (kind === 'source' && !seen.has(id)) await alerts.resolve(code, { kind, id });
    }
    for (const key of this.#noticed.keys()) {
      if (!seen.has(key.slice(key.indexOf(' ') + 1))) this.#noticed.delete(key);
    }
  }

  /** @param known what alerts are open about, as code and source */
  async #compare(
    code: AlertCode,
    finding: Finding | undefined,
    { id, name }: StoredSource,
    known: ReadonlySet<string>,
  ): Promise<void> {
    const { alerts } = this.#parts;
    const key = `${code} ${id}`;
    const hasSettled = this.#hasSettled(key, finding);
    if (finding === undefined) {
      if (known.has(key)) await alerts.resolve(code, { kind: 'source', id });
      return;
    }
    // Raised once, not with every look: each raise is a message to somebody.
    if (!hasSettled || known.has(key)) return;
    const { message, hint } = finding;
    await alerts.raise({ code, subject: { kind: 'source', id, name }, message, hint });
    // Thousands may settle at once.
    await setImmediate();
  }

  #hasSettled(key: string, finding: Finding | undefined): boolean {
    if (finding === undefined) {
      this.#noticed.delete(key);
      return false;
    }
    const now = this.#parts.clock.monotonic();
    const since = this.#noticed.get(key) ?? now;
    this.#noticed.set(key, since);
    return now - since >= finding.settlesMs;
  }
}

type Find = (standing: Standing) => Finding | undefined;

const findOverdue: Find = ({ source, protection }) => {
  const { name, present, lastSuccess } = source;
  const { overdueSince, plans } = protection;
  if (!present || overdueSince === undefined) return undefined;
  const last =
    lastSuccess === undefined
      ? 'It was never backed up'
      : `The last backup that succeeded is of ${lastSuccess}`;
  return {
    message: `The backup of ${name} that was due at ${overdueSince.toISOString()} by ${plans.join(', ')} is missing. ${last}.`,
    hint: `See why with: holdfast operations. Make up for it with: holdfast backup ${name}`,
    // After a start, what was missed is being made up for.
    settlesMs: settlingMs,
  };
};

const findUnprotected: Find = ({ source, protection: { unplanned } }) => {
  const { name, present, wanted, reason } = source;
  // What a person left out is not missed.
  if (!present || !wanted) return undefined;
  if (!source.protected) {
    return {
      message: `${name} is not backed up. ${reason ?? 'The reason is not known.'}`,
      hint: 'Mend what the message names, or leave it out with the label holdfast.enable=false.',
      settlesMs: settlingMs,
    };
  }
  if (unplanned === undefined) return undefined;
  return {
    message: `${name} is not backed up. ${unplanned}`,
    hint: 'Let a plan catch it (holdfast plans edit), or go on with the one that is paused (holdfast plans resume).',
    settlesMs: settlingMs,
  };
};

const findings: readonly (readonly [AlertCode, Find])[] = [
  ['backup-overdue', findOverdue],
  ['source-unprotected', findUnprotected],
];
