/** Keeps the last bytes of an output that may be endless. */
export interface Tail {
  push(chunk: Buffer): void;
  text(): string;
}

/** @param limit how many bytes are kept */
export function createTail(limit: number): Tail {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      // Compacting at twice the limit keeps the cost of a push constant.
      if (size > 2 * limit) {
        chunks = [Buffer.concat(chunks).subarray(-limit)];
        size = limit;
      }
    },
    text: () => Buffer.concat(chunks).subarray(-limit).toString('utf8'),
  };
}

/** Keeps a whole output, up to a limit. */
export interface Capture {
  /** False when the limit was passed; what was kept is dropped then. */
  push(chunk: Buffer): boolean;
  content(): Buffer;
}

export function createCapture(limit: number): Capture {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      size += chunk.length;
      if (size > limit) {
        chunks = [];
        return false;
      }
      chunks.push(chunk);
      return true;
    },
    content: () => Buffer.concat(chunks),
  };
}
