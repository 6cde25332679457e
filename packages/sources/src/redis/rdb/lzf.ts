/**
 * Unpacks LZF, the compression of strings in RDB files: runs of plain bytes, and references to what was written
 * before (three bits or more of length, thirteen of distance).
 *
 * @returns undefined when the input is not what it says that it is
 */
export function unpackLzf(packed: Uint8Array, length: number): Buffer | undefined {
  const output = Buffer.allocUnsafe(length);
  let [from, to] = [0, 0];
  const next = () => packed[from++] ?? 0;
  while (from < packed.length) {
    const control = next();
    if (control < 32) {
      const run = control + 1;
      if (from + run > packed.length || to + run > length) return undefined;
      output.set(packed.subarray(from, from + run), to);
      from += run;
      to += run;
      continue;
    }
    const size = (control >> 5 === 7 ? 7 + next() : control >> 5) + 2;
    let source = to - ((control & 31) << 8) - next() - 1;
    if (source < 0 || to + size > length) return undefined;
    // Byte by byte: a reference may overlap what it writes.
    for (const end = to + size; to < end; ) output[to++] = output[source++] ?? 0;
  }
  return to === length ? output : undefined;
}
