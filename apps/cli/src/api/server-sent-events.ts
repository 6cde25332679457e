export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** The last `id:` seen so far, to be given back as `Last-Event-ID`. */
  readonly id: string;
}

/**
 * Reads a `text/event-stream` as the HTML standard describes it (section 9.2.6): lines end in LF, CR or CRLF,
 * several `data:` lines are joined, a blank line ends an event, an event that the stream's end cut off is dropped.
 */
export async function* parseServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let data: string[] = [];
  let event = '';
  let id = '';
  for await (const line of lines(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n'), id };
      data = [];
      event = '';
      continue;
    }
    const { field, value } = splitField(line);
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

function splitField(line: string): { field: string; value: string } {
  const colon = line.indexOf(':');
  // A line that begins with a colon is a comment: its field is empty, and no field has that name.
  if (colon === -1) return { field: line, value: '' };
  const value = line.slice(colon + 1);
  return { field: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value };
}

/** Complete lines only. A CR at the end of a chunk may be the first half of a CRLF, so it waits for the next one. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // The decoder also drops a byte order mark.
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const ending = /\r\n|\n|\r(?!$)/g;
    let start = 0;
    for (let match = ending.exec(rest); match !== null; match = ending.exec(rest)) {
      yield rest.slice(start, match.index);
      start = ending.lastIndex;
    }
    rest = rest.slice(start);
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1);
}
