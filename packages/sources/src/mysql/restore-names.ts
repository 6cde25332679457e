import { HoldfastError } from '@holdfast/runtime';

/** Characters (of the basic plane, others are not allowed); both servers refuse longer ones. */
const longestName = 64;
const temporaryPrefix = 'holdfast_restore_';

/** UUIDs of version 7 begin with the time, so their end is what tells operations apart. */
function shortOperationId(operationId: string): string {
  return operationId.replaceAll(/[^A-Za-z0-9]/g, '').slice(-12);
}

/** Every name of a schema that an operation works in begins so; nothing else does. */
export function temporaryNamePrefix(operationId: string): string {
  return `${temporaryPrefix}${shortOperationId(operationId)}_`;
}

/** The name that a schema has until it is complete. Plain ASCII, so that no program can misread it. */
export function temporaryName(operationId: string, index: number): string {
  return `${temporaryNamePrefix(operationId)}${index}`;
}

/** Whether a schema is one that a restore loads into, and so no data of anyone's yet. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(temporaryPrefix);
}

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
