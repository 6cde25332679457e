/** Reflected form of the polynomial 0xad93d23594c935a9 ("Jones"), which RDB files are checked by. */
const polynomial = { low: 0xac4bc9b5, high: 0x95ac9329 };
const lanes = 8;

/** For each of eight bytes in a row, what each value of it adds to the sum: low and high halves of 64 bits. */
const [lowTable, highTable] = makeTables();

function makeTables(): [Int32Array, Int32Array] {
  const low = new Int32Array(lanes * 256);
  const high = new Int32Array(lanes * 256);
  for (let byte = 0; byte < 256; byte++) {
    let [l, h] = [byte, 0];
    for (let bit = 0; bit < 8; bit++) {
      const odd = (l & 1) === 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (odd) {
        l ^= polynomial.low;
        h ^= polynomial.high;
      }
    }
    low[byte] = l;
    high[byte] = h;
  }
  const at = (table: Int32Array, index: number) => table[index] ?? 0;
  for (let index = 256; index < lanes * 256; index++) {
    const [l, h] = [at(low, index - 256), at(high, index - 256)];
    low[index] = at(low, l & 255) ^ ((l >>> 8) | (h << 24));
    high[index] = at(high, l & 255) ^ (h >>> 8);
  }
  return [low, high];
}

/** CRC-64 as RDB files have it in their last eight bytes, computed piece by piece, eight bytes at a time. */
export class Crc64 {
  #low = 0;
  #high = 0;

  update(bytes: Uint8Array): void {
    const L = lowTable;
    const H = highTable;
    let low = this.#low;
    let high = this.#high;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    // No index is outside its table; the compiler wants the zeros, and they cost nothing.
    for (const end = bytes.length - 7; at < end; at += 8) {
      const x = view.getInt32(at, true) ^ low;
      const y = view.getInt32(at + 4, true) ^ high;
      const a = (x & 255) | 1792;
      const b = ((x >>> 8) & 255) | 1536;
      const c = ((x >>> 16) & 255) | 1280;
      const d = (x >>> 24) | 1024;
      const e = (y & 255) | 768;
      const f = ((y >>> 8) & 255) | 512;
      const g = ((y >>> 16) & 255) | 256;
      const h = y >>> 24;
      low =
        (L[a] ?? 0) ^
        (L[b] ?? 0) ^
        (L[c] ?? 0) ^
        (L[d] ?? 0) ^
        (L[e] ?? 0) ^
        (L[f] ?? 0) ^
        (L[g] ?? 0) ^
        (L[h] ?? 0);
      high =
        (H[a] ?? 0) ^
        (H[b] ?? 0) ^
        (H[c] ?? 0) ^
        (H[d] ?? 0) ^
        (H[e] ?? 0) ^
        (H[f] ?? 0) ^
        (H[g] ?? 0) ^
        (H[h] ?? 0);
    }
    for (; at < bytes.length; at++) {
      const index = ((bytes[at] ?? 0) ^ low) & 255;
      low = (L[index] ?? 0) ^ ((low >>> 8) | (high << 24));
      high = (H[index] ?? 0) ^ (high >>> 8);
    }
    this.#low = low;
    this.#high = high;
  }

  copy(): Crc64 {
    const copy = new Crc64();
    copy.#low = this.#low;
    copy.#high = this.#high;
    return copy;
  }

  /** Least significant byte first, as it stands in a file. */
  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32LE(this.#low, 0);
    bytes.writeInt32LE(this.#high, 4);
    return bytes;
  }
}
