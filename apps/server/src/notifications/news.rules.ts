import { type Alert, severities } from '@holdfast/contracts';
import type { StoredChannel } from './channel.ts';
import { causeKey, type News } from './notice.rules.ts';

/** An alert that stays open is told again after this long. */
export const reminderMs = 24 * 3_600_000;
/** What follows from a cause that was told already can wait for others: a dead destination is one message, not a hundred. */
export const followUpMs = 3_600_000;

/** Whether a channel carries an alert. `environment` is what the alert's subject belongs to, if to any. */
export function carries(
  channel: Pick<StoredChannel, 'id' | 'minSeverity' | 'codes' | 'environments'>,
  { code, subject, severity }: Alert,
  environment: string | undefined,
): boolean {
  // A channel that fails cannot carry the news of it.
  if (code === 'channel-failing' && subject.id === channel.id) return false;
  if (severities.indexOf(severity) < severities.indexOf(channel.minSeverity)) return false;
  if (channel.codes?.includes(code) === false) return false;
  return (
    environment === undefined ||
    channel.environments === undefined ||
    channel.environments.includes(environment)
  );
}

export interface NewsInput {
  /** The open ones that the channel carries. */
  readonly open: readonly Alert[];
  /** Those that it was told of and that are well again. */
  readonly recovered: readonly Alert[];
  /** When it was last told of an alert, by the alert's id. */
  readonly told: ReadonlyMap<string, string>;
  readonly windowMs: number;
  readonly now: Date;
}

/**
 * What one message has to tell now; nothing while what is new can wait for more. Decided by what is and what was told,
 * not by events, so that a restart or a crash at any point loses nothing.
 */
export function decideNews({ open, recovered, told, windowMs, now }: NewsInput): News[] {
  const raised = open.filter(({ id }) => !told.has(id));
  const reminders = open.filter(({ id, acknowledged }) => {
    const toldAt = told.get(id);
    return toldAt !== undefined && acknowledged === undefined && hasPassed(toldAt, reminderMs, now);
  });
  const toldCauses = new Set(open.filter(({ id }) => told.has(id)).map(causeKey));
  const mayTalk = (alert: Alert, since: string) => {
    const follows = alert.cause !== undefined && toldCauses.has(causeKey(alert));
    return hasPassed(since, follows ? Math.max(windowMs, followUpMs) : windowMs, now);
  };
  const due =
    reminders.length > 0 ||
    raised.some((alert) => mayTalk(alert, alert.since)) ||
    recovered.some((alert) => mayTalk(alert, alert.resolvedAt ?? alert.since));
  if (!due) return [];
  return [
    ...raised.map((alert) => ({ state: 'raised' as const, alert })),
    ...reminders.map((alert) => ({ state: 'reminder' as const, alert })),
    ...recovered.map((alert) => ({ state: 'recovered' as const, alert })),
  ];
}

/** A clock that was set back must not hold anything up. */
function hasPassed(since: string, milliseconds: number, now: Date): boolean {
  const age = now.getTime() - Date.parse(since);
  return age < 0 || age >= milliseconds;
}
