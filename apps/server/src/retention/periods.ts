const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}

/** The day that a clock on the wall of that zone shows, as YYYY-MM-DD. */
export function dayOf(time: Date, timeZone: string): string {
  return formatter(timeZone).format(time);
}

export function monthOf(time: Date, timeZone: string): string {
  return dayOf(time, timeZone).slice(0, 7);
}

/** ISO 8601: weeks begin on Monday, and belong to the year that holds their Thursday. As YYYY-Www. */
export function weekOf(time: Date, timeZone: string): string {
  const day = new Date(`${dayOf(time, timeZone)}T00:00:00Z`);
  const thursday = new Date(day);
  thursday.setUTCDate(day.getUTCDate() + 3 - ((day.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const dayOfYear = Math.round((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000);
  return `${year}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}
