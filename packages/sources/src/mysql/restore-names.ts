import { HoldfastError } from '@holdfast/runtime';

/** Characters (of the basic plane, others are not allowed); both servers refuse longer ones. */
const longestName = 64;
/** The name under which what a restore replaced is kept: `<name>_before_<UTC>`, not among `taken`. */
export function previousName(name: string, now: Date, taken: ReadonlySet<string>): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let attempt = 1; ; attempt += 1) {
    const suffix = `_before_${time}${attempt === 1 ? '' : `_${attempt}`}`;
    const candidate = name.slice(0, longestName - suffix.length) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

const previousPattern = /_before_\d{8}T\d{6}Z(?:_\d+)?$/i;

/** Whether a schema is one that an earlier restore replaced and kept. */
export function isPreviousName(name: string): boolean {
  return previousPattern.test(name);
}

/** Whether `previous` can be what a restore of `name` kept. */
export function isPreviousOf(previous: string, name: string): boolean {
  return isPreviousName(previous) && name.startsWith(previous.replace(previousPattern, ''));
}

/** @throws HoldfastError `invalid-input` when the server would refuse the name */
export function assertSchemaName(name: string): void {
  // Both servers know only the characters of the basic plane in names, and none that ends in a space.
  if (name === '' || name.includes('\0') || name.endsWith(' ') || /[\u{10000}-\u{10FFFF}]/u.test(name)) {
    throw new HoldfastError('invalid-input', `${JSON.stringify(name)} cannot be the name of a database.`);
  }
  if (name.length > longestName) {
    throw new HoldfastError(
      'invalid-input',
      `The name "${name}" has ${name.length} characters; the server allows ${longestName}.`,
      { hint: 'Choose a shorter name with --as.' },
    );
  }
}
