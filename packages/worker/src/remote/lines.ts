import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { HoldfastError } from '@holdfast/runtime';
import { lineLimit } from './protocol.ts';

/** The JSON documents of a stream, one a line. @throws HoldfastError `internal` for what is none */
export async function* readLines(stream: Readable): AsyncGenerator {
  const decoder = new StringDecoder('utf8');
  let rest: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const pieces = decoder.write(chunk).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      yield parse([...rest, piece].join(''));
      rest = [];
      length = 0;
    }
    rest.push(last);
    length += last.length;
    if (length > lineLimit) throw new HoldfastError('internal', 'A line of the worker is too long.');
  }
}

/** The text is not shown: it may hold secrets. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new HoldfastError('internal', 'A line between Holdfast and its worker is no JSON.');
  }
}
