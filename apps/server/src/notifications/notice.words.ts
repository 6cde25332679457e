import type { Alert, Notice, NoticeGroup } from '@holdfast/contracts';
import { safeText } from './safe-text.ts';

/** A notice in words that every channel shows in its own dress. Harmless text; each channel escapes its own markup. */
export interface NoticeWords {
  readonly title: string;
  readonly sections: readonly NoticeSection[];
}

export interface NoticeSection {
  readonly heading: string;
  readonly lines: readonly string[];
}

export function noticeWords(notice: Notice): NoticeWords {
  return {
    title: safeText(notice.title, 200),
    sections:
      notice.kind === 'test'
        ? [{ heading: 'It works', lines: ['Alerts of Holdfast will arrive here.'] }]
        : notice.groups.map(section),
  };
}

/** The whole as plain text. */
export function plainText({ sections }: NoticeWords): string {
  return sections.map(({ heading, lines }) => [heading, ...lines].join('\n')).join('\n\n');
}

function section(group: NoticeGroup): NoticeSection {
  const { state, alerts, count } = group;
  const lines = state === 'recovered' ? alerts.map(recoveredLine) : openLines(alerts);
  const rest = count - alerts.length;
  return {
    heading: headingOf(group),
    lines: rest > 0 ? [...lines, `… and ${rest} more. See all with: holdfast alerts`] : lines,
  };
}

function headingOf({ state, severity, code, count, cause }: NoticeGroup): string {
  const times = count === 1 ? '' : ` × ${count}`;
  const because = cause === undefined ? '' : `, because of the ${cause.kind} ${safeText(cause.name, 100)}`;
  if (state === 'recovered') return `WELL AGAIN: ${code}${times}${because}`;
  const still = state === 'reminder' ? 'STILL OPEN, ' : '';
  return `${still}${severity.toUpperCase()}: ${code}${times}${because}`;
}

/** Each alert, and after the last of those that have it in common, what to do. */
function openLines(alerts: readonly Alert[]): string[] {
  return alerts.flatMap(({ subject, message, hint, occurrences }, index) => {
    const often = occurrences > 1 ? ` (${occurrences} times)` : '';
    const line = `- ${safeText(subject.name, 100)}: ${safeText(message)}${often}`;
    return alerts[index + 1]?.hint === hint ? [line] : [line, `  Next: ${safeText(hint)}`];
  });
}

function recoveredLine({ subject, since, resolvedAt }: Alert): string {
  const lasted = Date.parse(resolvedAt ?? since) - Date.parse(since);
  return `- ${safeText(subject.name, 100)} is well again, after ${durationWords(lasted)}.`;
}

/** `40 s`, `5 min`, `3 h`, `2 d`. */
export function durationWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
