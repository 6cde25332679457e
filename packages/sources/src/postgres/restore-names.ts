import { HoldfastError } from '@holdfast/runtime';

/** PostgreSQL cuts longer names off without an error (NAMEDATALEN - 1). */
const longestNameBytes = 63;

/** The name under which what a restore replaced is kept: `<name>_before_<UTC>`, not among `taken`. */
export function previousName(name: string, now: Date, taken: ReadonlySet<string>): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let attempt = 1; ; attempt += 1) {
    const suffix = `_before_${time}${attempt === 1 ? '' : `_${attempt}`}`;
    const candidate = firstBytes(name, longestNameBytes - Buffer.byteLength(suffix)) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Whether a database is one that an earlier restore replaced and kept. */
export function isPreviousName(name: string): boolean {
  return /_before_\d{8}T\d{6}Z(?:_\d+)?$/.test(name);
}

/** @throws HoldfastError `invalid-input` when PostgreSQL would refuse the name or cut it off */
export function assertDatabaseName(name: string): void {
  if (name === '' || name.includes('\0')) {
    throw new HoldfastError('invalid-input', `${JSON.stringify(name)} cannot be the name of a database.`);
  }
  if (Buffer.byteLength(name) > longestNameBytes) {
    throw new HoldfastError(
      'invalid-input',
      `The name "${name}" has ${Buffer.byteLength(name)} bytes; PostgreSQL allows ${longestNameBytes}.`,
      { hint: 'Choose a shorter name with --as.' },
    );
  }
}

/** As much of the text as fits, without cutting a character in two. */
function firstBytes(text: string, limit: number): string {
  let result = '';
  for (const character of text) {
    if (Buffer.byteLength(result + character) > limit) break;
    result += character;
  }
  return result;
}
