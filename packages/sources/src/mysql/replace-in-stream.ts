/** Replaces every occurrence of a sequence of bytes in a stream, also one that lies across two chunks. */
export async function* replaceInStream(
  chunks: AsyncIterable<Buffer>,
  search: Buffer,
  replacement: Buffer,
): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const at = data.indexOf(search);
      if (at < 0) break;
      yield Buffer.concat([data.subarray(0, at), replacement]);
      data = data.subarray(at + search.length);
    }
    const kept = beginningAtEnd(data, search);
    if (kept < data.length) yield data.subarray(0, data.length - kept);
    rest = Buffer.from(data.subarray(data.length - kept));
  }
  if (rest.length > 0) yield rest;
}

/** How many bytes at the end of the data may be the beginning of the sequence. */
function beginningAtEnd(data: Buffer, search: Buffer): number {
  for (let length = Math.min(search.length - 1, data.length); length > 0; length -= 1) {
    if (data.subarray(data.length - length).equals(search.subarray(0, length))) return length;
  }
  return 0;
}
