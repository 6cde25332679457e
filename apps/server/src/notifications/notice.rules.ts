import { type Alert, type Notice, type NoticeGroup, severities } from '@holdfast/contracts';

/** How many alerts of a group are named. */
const named = 10;

export interface News {
  readonly state: NoticeGroup['state'];
  readonly alert: Alert;
}

/** One message for all that is new, by cause and code, the most urgent first. */
export function composeNotice(id: string, time: string, news: readonly News[]): Notice {
  const groups = groupNews(news);
  const open = groups.filter(({ state }) => state !== 'recovered');
  return {
    version: 1,
    id,
    kind: 'alerts',
    time,
    title: titleOf(groups),
    severity: open[0]?.severity ?? 'info',
    groups,
  };
}

export function testNotice(id: string, time: string): Notice {
  return {
    version: 1,
    id,
    kind: 'test',
    time,
    title: 'A test of this channel',
    severity: 'info',
    groups: [],
  };
}

/**
 * What an alert follows from, as text that can be compared: its cause, or itself where it may be one. Undefined for an
 * alert on its own.
 */
export function causeKey({ cause, subject }: Alert): string | undefined {
  if (cause !== undefined) return `${cause.kind} ${cause.id}`;
  return subject.kind === 'destination' || subject.kind === 'server'
    ? `${subject.kind} ${subject.id}`
    : undefined;
}

const stateOrder: readonly NoticeGroup['state'][] = ['raised', 'reminder', 'recovered'];

function groupNews(news: readonly News[]): NoticeGroup[] {
  const byKey = Map.groupBy(news, ({ state, alert }) => `${state} ${alert.code} ${causeKey(alert) ?? ''}`);
  const groups = [...byKey.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { state, alert } = first;
    return [
      {
        state,
        code: alert.code,
        severity: alert.severity,
        cause: alert.cause,
        count: same.length,
        alerts: same.slice(0, named).map((one) => one.alert),
      },
    ];
  });
  const rank = ({ state, severity, cause }: NoticeGroup) =>
    stateOrder.indexOf(state) * 100 - severities.indexOf(severity) * 10 + (cause === undefined ? 0 : 1);
  // What is a cause itself stands before what follows from it.
  return groups.toSorted((a, b) => rank(a) - rank(b));
}

function titleOf(groups: readonly NoticeGroup[]): string {
  const [first] = groups;
  if (first === undefined) return 'Nothing new';
  const about = first.alerts[0]?.subject.name ?? '';
  const subjects = first.count === 1 ? about : `${about} and ${first.count - 1} more`;
  const others = groups.slice(1).reduce((sum, { count }) => sum + count, 0);
  const rest = others === 0 ? '' : `, and ${others} other${others === 1 ? '' : 's'}`;
  const prefix = { raised: first.severity, reminder: 'still open', recovered: 'well again' }[first.state];
  return `${prefix}: ${first.code} ${subjects}${rest}`;
}
