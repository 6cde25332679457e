/**
 * A sum over keys that does not depend on their order: two mixes of 32 bits for each, added up. Good against
 * accidents, of which one key in another's place is the likeliest; it is no defence against a forger.
 */
export class KeySum {
  #first = 0;
  #second = 0;

  add(name: Uint8Array, type: number, expires: number): void {
    let a = 0x811c9dc5 ^ type;
    let b = 0x9747b28c ^ type;
    for (const byte of name) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x5bd1e995);
      b ^= b >>> 15;
    }
    const [low, high] = [expires | 0, Math.floor(expires / 2 ** 32)];
    this.#first = (this.#first + mix(a ^ Math.imul(low, 0x85ebca6b) ^ high)) | 0;
    this.#second = (this.#second + mix(b ^ Math.imul(low ^ name.length, 0xc2b2ae35) ^ high)) | 0;
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    return [this.#first, this.#second].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** The last mix of MurmurHash3: each bit of the input changes half of those of the output. */
function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
