/** Days and months of the viewer's zone: `2026-11-28`, `2026-11`. */

export interface Span {
  readonly since: string;
  readonly before: string;
}

export function dayOf(instant: string | Date): string {
  const date = new Date(instant);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function monthOf(instant: string | Date): string {
  return dayOf(instant).slice(0, 7);
}

export function otherMonth(month: string, distance: number): string {
  const { year, index } = parseMonth(month);
  return monthOf(new Date(year, index + distance, 1));
}

/** Every day of a month, in order. */
export function daysOf(month: string): string[] {
  const { year, index } = parseMonth(month);
  const last = new Date(year, index + 1, 0).getDate();
  return Array.from({ length: last }, (_, day) => `${month}-${two(day + 1)}`);
}

/** How many days of the week lie before the first of the month, in weeks that begin on Monday. */
export function daysBefore(month: string): number {
  const { year, index } = parseMonth(month);
  return (new Date(year, index, 1).getDay() + 6) % 7;
}

export function spanOfMonth(month: string): Span {
  const { year, index } = parseMonth(month);
  return span(new Date(year, index, 1), new Date(year, index + 1, 1));
}

export function spanOfDay(day: string): Span {
  const { year, index } = parseMonth(day);
  const date = Number(day.slice(8, 10));
  return span(new Date(year, index, date), new Date(year, index, date + 1));
}

const monthWords = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });
const dayWords = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });

export function formatMonth(month: string): string {
  const { year, index } = parseMonth(month);
  return monthWords.format(new Date(year, index, 1));
}

export function formatDay(day: string): string {
  return dayWords.format(new Date(spanOfDay(day).since));
}

function parseMonth(month: string): { year: number; index: number } {
  return { year: Number(month.slice(0, 4)), index: Number(month.slice(5, 7)) - 1 };
}

function span(since: Date, before: Date): Span {
  return { since: since.toISOString(), before: before.toISOString() };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
