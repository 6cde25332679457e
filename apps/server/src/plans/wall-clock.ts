const formatters = new Map<string, Intl.DateTimeFormat>();

/** A zone has few formatters to its name, and making one is slow. */
function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}

/** What a clock on the wall of that zone shows, as if it showed UTC: the same digits, to the second. */
export function onTheWall(time: Date, timeZone: string): Date {
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
  return new Date(
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')),
  );
}

/** How far that clock is before UTC, in minutes. */
export function minutesFromUtc(time: Date, timeZone: string): number {
  const seconds = Math.floor(time.getTime() / 1000);
  return Math.round((onTheWall(time, timeZone).getTime() / 1000 - seconds) / 60);
}

/** `2026-03-29 03:00 +02:00` */
export function localText(time: Date, timeZone: string): string {
  const distance = minutesFromUtc(time, timeZone);
  const two = (value: number) => String(value).padStart(2, '0');
  const sign = distance < 0 ? '-' : '+';
  const offset = `${sign}${two(Math.floor(Math.abs(distance) / 60))}:${two(Math.abs(distance) % 60)}`;
  return `${wallText(onTheWall(time, timeZone))} ${offset}`;
}

/** `2026-03-29 03:00` of what `onTheWall` gives; seconds only where there are some. */
export function wallText(wall: Date): string {
  const text = wall.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, wall.getUTCSeconds() === 0 ? 16 : 19)}`;
}
