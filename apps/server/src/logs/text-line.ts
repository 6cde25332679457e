import { type DescribedError, describeError } from './describe-error.ts';
import type { LogFields, LogLevel } from './log.ts';

export interface LogEntry {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly error?: unknown;
  readonly fields: LogFields;
}

/** One line for people; the stack of an error follows, indented, so that no text can pass for a line of its own. */
export function textLine({ time, level, message, error, fields }: LogEntry): string {
  const about = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${/^[\w.:/-]+$/.test(String(value)) ? value : JSON.stringify(value)}`);
  const cause = error === undefined ? '' : ` ${words(describeError(error))}`;
  return `${time} ${level} ${plain(`${message}${about.join('')}${cause}`)}\n`;
}

function words({ name, message, stack, cause }: DescribedError): string {
  const own = stack ?? `${name}: ${message}`;
  return cause === undefined ? own : `${own}\ncaused by ${words(cause)}`;
}

/** Without what a terminal would obey. */
function plain(text: string): string {
  return text
    .replaceAll(/\r?\n/g, '\n    ')
    .replaceAll(
      /(?!\n)\p{Cc}/gu,
      (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
}
