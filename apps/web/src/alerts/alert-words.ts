import type { Alert, AlertCode, AlertSubject, Severity } from '@holdfast/contracts';

const titles: Record<AlertCode, string> = {
  'backup-failed': 'Backups failed',
  'backup-overdue': 'Backups are overdue',
  'channel-failing': 'Messages do not arrive',
  'check-failed': 'A check found damage',
  'destination-nearly-full': 'A destination is nearly full',
  'destination-unreachable': 'A destination cannot be reached',
  'drill-failed': 'A drill failed',
  'key-unconfirmed': 'Nobody keeps the team key',
  'prune-failed': 'Space could not be freed',
  'retention-failed': 'Retention could not be applied',
  'self-backup-failed': 'Holdfast could not back itself up',
  'snapshot-suspicious': 'A snapshot looks wrong',
  'source-unprotected': 'Found, and not protected',
};

export function alertTitle(code: AlertCode): string {
  return titles[code];
}

export const severityWords: Record<Severity, { title: string; why: string; colour: string }> = {
  critical: { title: 'Act now', why: 'Data may be lost if nobody does something.', colour: 'red' },
  warning: { title: 'Soon', why: 'It will become a problem if it stays.', colour: 'orange' },
  info: { title: 'Worth knowing', why: 'Decide, and it goes away.', colour: 'blue' },
};

/** Where something can be done about what an alert is about. Undefined: nowhere in particular. */
export function placeOf(code: AlertCode, { kind, id, name }: AlertSubject): string | undefined {
  const segment = encodeURIComponent(id);
  switch (kind) {
    case 'source':
      return `/sources/${segment}`;
    case 'environment':
      return `/environments/${encodeURIComponent(name)}`;
    case 'destination':
    case 'repository':
      return '/destinations';
    case 'plan':
      return '/plans';
    case 'channel':
      return '/settings/notifications';
    case 'server':
      return '/sources';
    case 'holdfast':
      if (code === 'key-unconfirmed') return '/settings/key';
      return code === 'self-backup-failed' ? '/admin-snapshots' : '/settings/about';
  }
}

export interface AlertGroup {
  readonly key: string;
  readonly code: AlertCode;
  readonly severity: Severity;
  readonly cause?: AlertSubject;
  readonly alerts: readonly Alert[];
}

/** What happened for one reason is one thing to look at: ten backups that wait for the same destination, for example. */
export function groupAlerts(alerts: readonly Alert[]): AlertGroup[] {
  const groups = Map.groupBy(alerts, ({ code, cause }) => `${code} ${cause?.kind ?? ''} ${cause?.id ?? ''}`);
  return [...groups].flatMap(([key, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { code, severity, cause } = first;
    return [{ key, code, severity, alerts: members, ...(cause === undefined ? {} : { cause }) }];
  });
}
