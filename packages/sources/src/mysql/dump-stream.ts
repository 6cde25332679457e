import { Transform } from 'node:stream';

/** Where the settings at the beginning of a dump end, and with them what comes before its transaction. */
const endOfHeader = /SQL_NOTES=0 \*\/;\n/;
/** The line before it, where there is one, is MariaDB's sandbox. */
const beginning = /^(?:\/\*M?![^\n]*\n)?-- (?:MySQL|MariaDB) dump /;
const headLimit = 16 * 1024;
const trailer = /\n-- Dump completed(?: on [^\n]*)?\n*$/;
const tailLimit = 256;

/** Passes a dump on, and looks at how it begins and ends. */
export class DumpStream extends Transform {
  readonly #begun = Promise.withResolvers<void>();
  #head: Buffer | undefined = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  #beginsWell = false;
  /** Resolves when the dump program has begun its transaction: it writes something that comes after. */
  readonly begun: Promise<void> = this.#begun.promise;

  /** Whether it began as a dump, and said at its end that it was complete. */
  get complete(): boolean {
    return this.#beginsWell && trailer.test(this.#tail.toString('latin1'));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data: Buffer) => void) {
    this.#lookAtHead(chunk);
    this.#tail =
      chunk.length >= tailLimit
        ? Buffer.from(chunk.subarray(-tailLimit))
        : Buffer.concat([this.#tail, chunk]).subarray(-tailLimit);
    done(null, chunk);
  }

  #lookAtHead(chunk: Buffer): void {
    if (this.#head === undefined) return;
    this.#head = Buffer.concat([this.#head, chunk]);
    const text = this.#head.toString('latin1');
    this.#beginsWell = beginning.test(text);
    const header = endOfHeader.exec(text);
    const after = header === null ? 0 : this.#head.length - header.index - header[0].length;
    if (after === 0 && this.#head.length < headLimit) return;
    this.#head = undefined;
    this.#begun.resolve();
  }
}
