/** Keeps the last `limit` bytes of what is written to it. */
export class TailBuffer {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  write(chunk: Buffer): void {
    // A copy: a slice would keep the whole network buffer alive.
    this.#chunks.push(Buffer.from(chunk));
    this.#length += chunk.length;
    if (this.#length > 2 * this.#limit) this.#compact();
  }

  toString(): string {
    this.#compact();
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    const tail = all.subarray(Math.max(0, all.length - this.#limit));
    this.#chunks = [tail];
    this.#length = tail.length;
  }
}
