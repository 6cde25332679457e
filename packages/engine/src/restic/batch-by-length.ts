/** The kernel takes about two million bytes of arguments, a shell on some systems far fewer. */
const batchBytes = 128 * 1024;

/** Names in groups that fit onto a command line each. */
export function batchByLength(names: readonly string[], limit = batchBytes): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const name of names) {
    const bytes = Buffer.byteLength(name) + 1;
    const last = batches.at(-1);
    if (last === undefined || bytes > room) {
      batches.push([name]);
      room = limit - bytes;
    } else {
      last.push(name);
      room -= bytes;
    }
  }
  return batches;
}
