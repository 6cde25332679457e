/** An instant by the clock of a zone (the viewer's, where none is given), to the minute, with the 24 hours of a schedule. */
export function formatInZone(at: string, timeZone?: string): string {
  const style = { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', timeZone } as const;
  return new Intl.DateTimeFormat(undefined, style).format(new Date(at));
}
