/** An instant by the clock of a zone (the viewer's, where none is given), to the minute. */
export function formatInZone(at: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    new Date(at),
  );
}
