import { StringDecoder } from 'node:string_decoder';

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Gives what came after the last line end. */
  end(): void;
}

const defaultLimit = 256 * 1024;

/**
 * Gives the lines of an output one by one, without their ends; empty lines are left out. Also a carriage return
 * ends a line, as progress displays use it.
 * @param limit characters after which the rest of an overlong line is dropped
 */
export function createLineSplitter(onLine: (line: string) => void, limit = defaultLimit): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = text.split(/[\r\n]+/);
    const last = lines.pop() ?? '';
    for (const [index, line] of lines.entries()) {
      const whole = index === 0 ? rest + line : line;
      if (whole !== '') onLine(whole.slice(0, limit));
    }
    rest = (lines.length === 0 ? rest + last : last).slice(0, limit);
  };
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => take(`${decoder.end()}\n`),
  };
}
