import { Transform, type TransformCallback } from 'node:stream';
import { Crc64 } from './crc64.ts';
import { MalformedRdb, RdbParser } from './rdb-parser.ts';
import { RdbTally } from './rdb-tally.ts';

/** At the end of a dump. */
const sumBytes = 8;
/** `redis-cli --rdb -` leaves the mark in its output by which the server said where the dump ends. */
const markBytes = 40;
const heldBytes = sumBytes + markBytes;
const endOpcode = 0xff;

const noBytes = Buffer.alloc(0);

/**
 * Passes a dump on and looks at it meanwhile: counts what it holds, and sums it up. The mark of a transfer, when there is
 * one, is not passed on. When the stream has ended, `verify` says whether all was as it must be; the stream itself fails
 * (with MalformedRdb) only where no dump can be like that, so that what its writer says of an early end can be heard.
 */
export class RdbCheck extends Transform {
  readonly #parser: RdbParser;
  readonly #sum = new Crc64();
  #held: Buffer = noBytes;
  #last = -1;
  #bytes = 0;
  #checked = false;
  #complete = false;
  #failure: MalformedRdb | undefined;
  readonly tally: RdbTally;

  /** @param expiredAt see RdbTally */
  constructor(expiredAt?: number) {
    super();
    this.tally = new RdbTally(expiredAt);
    this.#parser = new RdbParser(this.tally);
  }

  /** Why nothing is known of what it holds, where that is so. */
  get gaveUp(): string | undefined {
    return this.#parser.gaveUp;
  }

  /** Whether the server wrote a sum at all; it can be told not to. */
  get checked(): boolean {
    return this.#checked;
  }

  get version(): number {
    return this.#parser.version;
  }

  /** @throws MalformedRdb when it did not end as it must, or its sum is not right */
  verify(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#complete) throw new MalformedRdb('it was not read to its end');
  }

  /** Of the dump, without the mark; so far. */
  get bytes(): number {
    return this.#bytes;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    try {
      this.#parser.push(chunk);
      // The last bytes may be the sum and the mark: they wait until it is known that they are not.
      const whole = chunk.length >= heldBytes ? undefined : Buffer.concat([this.#held, chunk]);
      if (whole === undefined) {
        this.#pass(this.#held);
        this.#pass(chunk.subarray(0, chunk.length - heldBytes));
        this.#held = chunk.subarray(chunk.length - heldBytes);
      } else {
        const passed = Math.max(0, whole.length - heldBytes);
        this.#pass(whole.subarray(0, passed));
        this.#held = whole.subarray(passed);
      }
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.#finish();
      this.#complete = true;
    } catch (error) {
      this.#failure = error instanceof MalformedRdb ? error : new MalformedRdb(String(error));
    }
    done();
  }

  #finish(): void {
    const end = this.#endInHeld();
    const sum = this.#parser.hasChecksum ? sumBytes : 0;
    this.#sum.update(this.#held.subarray(0, end));
    const written = this.#held.subarray(end, end + sum);
    this.#checked = sum > 0 && !written.equals(Buffer.alloc(sum));
    if (this.#checked && !this.#sum.digest().equals(written)) {
      throw new MalformedRdb('its checksum does not match: bytes were lost or changed on their way');
    }
    this.push(this.#held.subarray(0, end + sum));
    this.#bytes += end + sum;
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#sum.update(bytes);
    this.#bytes += bytes.length;
    this.#last = bytes.at(-1) ?? -1;
    this.push(bytes);
  }

  /** Where, in what is held, the sum begins. */
  #endInHeld(): number {
    const { endsAt, gaveUp } = this.#parser;
    const held = this.#held;
    const sum = this.#parser.hasChecksum ? sumBytes : 0;
    if (gaveUp !== undefined) return this.#likelyEnd();
    if (endsAt === undefined) throw new MalformedRdb('it is cut off before its end');
    const end = endsAt - this.#bytes;
    const after = held.length - end - sum;
    if (after < 0) throw new MalformedRdb('it is cut off within its checksum');
    if (after !== 0 && after !== markBytes) throw new MalformedRdb('other bytes follow its end');
    return end;
  }

  /** Where the content was not understood: the place, of the two that there can be, whose sum is right. */
  #likelyEnd(): number {
    const held = this.#held;
    const ends = [
      { at: held.length - sumBytes, before: held.at(-sumBytes - 1) ?? -1 },
      { at: 0, before: this.#last },
    ];
    for (const { at, before } of ends) {
      if (at < 0 || before !== endOpcode) continue;
      const sum = this.#sum.copy();
      sum.update(held.subarray(0, at));
      if (sum.digest().equals(held.subarray(at, at + sumBytes))) return at;
    }
    throw new MalformedRdb('it is cut off, or its checksum does not match');
  }
}
