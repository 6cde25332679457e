const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes with binary units and at most three significant digits: `0 B`, `1.5 KiB`, `938 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be rounded to 1000: the next unit reads better.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${byteUnits[unit]}`;
}

/** A duration in its two largest units: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.max(0, Math.round(milliseconds))} ms`;
  if (milliseconds < 59_950) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3_600) return twoUnits(seconds, 60, 'min', 1, 's');
  if (seconds < 86_400) return twoUnits(seconds, 3_600, 'h', 60, 'min');
  return twoUnits(seconds, 86_400, 'd', 3_600, 'h');
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const whole = Math.floor(seconds / large);
  const rest = Math.floor((seconds % large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/** How long ago an instant was: `just now`, `5 min ago`, `3 d ago`; `in 5 min` when it is yet to come. */
export function formatAge(instant: string, now: number): string {
  const milliseconds = now - Date.parse(instant);
  const distance = Math.abs(milliseconds);
  if (distance < 10_000) return 'just now';
  const words =
    distance < 60_000
      ? `${Math.round(distance / 1000)} s`
      : distance < 3_600_000
        ? `${Math.round(distance / 60_000)} min`
        : distance < 172_800_000
          ? `${Math.round(distance / 3_600_000)} h`
          : `${Math.round(distance / 86_400_000)} d`;
  return milliseconds > 0 ? `${words} ago` : `in ${words}`;
}

/** An instant in this machine's time zone, to the second: `2026-11-22 10:31:05`. */
export function formatInstant(instant: string): string {
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `1 snapshot`, `2 snapshots`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
