import { opcodes, type Step, skippedAfter, type TypeName, valueForms } from './grammar.ts';
import { unpackLzf } from './lzf.ts';

/** What a parser says while it reads. */
export interface RdbListener {
  aux(name: string, value: Buffer): void;
  database(index: number): void;
  functionLibrary(): void;
  /** @param expires milliseconds since 1970, or undefined */
  key(name: Buffer, type: TypeName, expires: number | undefined): void;
}

/** Bytes that cannot be a dump, whoever wrote it. */
export class MalformedRdb extends Error {
  override readonly name = 'MalformedRdb';
}

/** Thrown where a thing that is read as a whole is cut by the end of a piece: it is read again with the next one. */
const needMore = new Error('the next piece is needed');

interface Frame {
  readonly body: readonly Step[];
  at: number;
  /** Of the body, the present time included. */
  left: number;
}

/** How the bytes of a string that is being collected are to be read. */
type Form = 'plain' | { readonly unpacked: number } | { readonly integer: number };

const headerBytes = 9;
const versionWithChecksum = 5;

/**
 * Reads a dump in pieces, whatever their size, and tells of what is in it; values are only looked at as far as is
 * needed to find their end. After an opcode or type that it does not know it gives up: `gaveUp` then says why, and
 * nothing is known of the rest.
 */
export class RdbParser {
  readonly #listener: RdbListener;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Before `#bytes`. */
  #consumed = 0;
  #skip = 0;
  readonly #frames: Frame[] = [];
  #expires: number | undefined;
  #collecting: { chunks: Buffer[]; left: number; form: Form; use: (text: Buffer) => void } | undefined;
  /** What is to be read next, before anything else. */
  #next: (() => void) | undefined;
  #version: number | undefined;
  #endsAt: number | undefined;
  #gaveUp: string | undefined;

  constructor(listener: RdbListener) {
    this.#listener = listener;
  }

  /** Of the format; 0 until it was read. */
  get version(): number {
    return this.#version ?? 0;
  }

  /** Where the sum of eight bytes begins, once the end was seen. */
  get endsAt(): number | undefined {
    return this.#endsAt;
  }

  get hasChecksum(): boolean {
    return this.version >= versionWithChecksum;
  }

  get gaveUp(): string | undefined {
    return this.#gaveUp;
  }

  /** @throws MalformedRdb */
  push(chunk: Buffer): void {
    if (this.#endsAt !== undefined || this.#gaveUp !== undefined) return;
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    let done = 0;
    try {
      while (this.#endsAt === undefined && this.#gaveUp === undefined) {
        if (!this.#pass()) break;
        done = this.#at;
        this.#step();
        done = this.#at;
      }
      done = this.#at;
    } catch (error) {
      if (error !== needMore) throw error;
    }
    this.#consumed += done;
    this.#bytes = this.#bytes.subarray(done);
    this.#at = 0;
  }

  /** Goes over bytes that are skipped or collected. @returns whether that is done with the bytes at hand */
  #pass(): boolean {
    const available = this.#bytes.length - this.#at;
    const collecting = this.#collecting;
    if (collecting !== undefined) {
      const taken = Math.min(available, collecting.left);
      collecting.chunks.push(this.#bytes.subarray(this.#at, this.#at + taken));
      this.#at += taken;
      collecting.left -= taken;
      if (collecting.left > 0) return false;
      this.#collecting = undefined;
      const [first] = collecting.chunks;
      const whole =
        collecting.chunks.length === 1 && first !== undefined ? first : Buffer.concat(collecting.chunks);
      collecting.use(decode(whole, collecting.form));
      return this.#pass();
    }
    const skipped = Math.min(available, this.#skip);
    this.#at += skipped;
    this.#skip -= skipped;
    return this.#skip === 0;
  }

  /** One thing that is read as a whole, or not at all when bytes are missing. */
  #step(): void {
    if (this.#next !== undefined) {
      this.#next();
      this.#next = undefined;
      return;
    }
    const frame = this.#frames.at(-1);
    if (frame === undefined) {
      if (this.#version === undefined) this.#header();
      else this.#record();
      return;
    }
    const step = frame.body[frame.at];
    if (step === undefined) throw new MalformedRdb('the form of a value has no such step');
    switch (step.op) {
      case 'string':
        this.#skip = this.#stringHeader().bytes;
        break;
      case 'raw':
        this.#skip = step.bytes;
        break;
      case 'length':
        this.#length();
        break;
      case 'double': {
        const size = this.#byte();
        this.#skip = size >= 253 ? 0 : size;
        break;
      }
      case 'repeat': {
        const count = this.#length();
        this.#advance(frame);
        if (count > 0) this.#frames.push({ body: step.body, at: 0, left: count });
        return;
      }
      case 'module':
        if (this.#modulePiece()) break;
        return;
    }
    this.#advance(frame);
  }

  #advance(frame: Frame): void {
    frame.at += 1;
    if (frame.at < frame.body.length) return;
    frame.at = 0;
    frame.left -= 1;
    if (frame.left === 0) this.#frames.pop();
  }

  /** Module data names the type of each of its pieces. @returns whether it was the last */
  #modulePiece(): boolean {
    const piece = this.#length();
    switch (piece) {
      case 0:
        return true;
      case 1:
      case 2:
        this.#length();
        return false;
      case 3:
        this.#skip = 4;
        return false;
      case 4:
        this.#skip = 8;
        return false;
      case 5:
        this.#skip = this.#stringHeader().bytes;
        return false;
      default:
        throw new MalformedRdb(`module data has a piece of type ${piece}`);
    }
  }

  #header(): void {
    const header = this.#take(headerBytes).toString('latin1');
    // Valkey 9 and later: the longer name, and fewer digits.
    const version = /^(?:REDIS(?=\d{4}$)|VALKEY)(\d{3,4})$/.exec(header)?.[1];
    if (version === undefined) throw new MalformedRdb('it does not begin as an RDB file');
    this.#version = Number(version);
  }

  #record(): void {
    const opcode = this.#byte();
    switch (opcode) {
      case opcodes.end:
        this.#endsAt = this.#consumed + this.#at;
        return;
      case opcodes.selectDatabase:
        this.#listener.database(this.#length());
        return;
      case opcodes.expireMilliseconds:
        this.#expires = Number(this.#take(8).readBigInt64LE());
        return;
      case opcodes.expireSeconds:
        this.#expires = this.#take(4).readInt32LE() * 1000;
        return;
      case opcodes.functionLibrary:
        this.#skip = this.#stringHeader().bytes;
        this.#listener.functionLibrary();
        return;
      case opcodes.aux:
        this.#collect((name) => {
          this.#next = () => this.#collect((value) => this.#listener.aux(name.toString('utf8'), value));
        });
        return;
      default:
    }
    const skipped = skippedAfter.get(opcode);
    if (skipped !== undefined) {
      this.#frames.push({ body: skipped, at: 0, left: 1 });
      return;
    }
    const form = valueForms.get(opcode);
    if (form === undefined) {
      this.#gaveUp = `it holds data of type ${opcode}, which this version of Holdfast does not know`;
      return;
    }
    this.#collect((name) => {
      this.#listener.key(name, form.type, this.#expires);
      this.#expires = undefined;
      this.#frames.push({ body: form.steps, at: 0, left: 1 });
    });
  }

  #collect(use: (text: Buffer) => void): void {
    const { bytes, form } = this.#stringHeader();
    this.#collecting = { chunks: [], left: bytes, form, use };
  }

  #stringHeader(): { bytes: number; form: Form } {
    const first = this.#peek();
    if (first >> 6 !== 3) return { bytes: this.#length(), form: 'plain' };
    this.#at += 1;
    const encoding = first & 63;
    if (encoding < 3) return { bytes: 1 << encoding, form: { integer: 1 << encoding } };
    if (encoding !== 3) throw new MalformedRdb(`a string has the encoding ${encoding}`);
    const bytes = this.#length();
    return { bytes, form: { unpacked: this.#length() } };
  }

  #length(): number {
    const first = this.#byte();
    switch (first >> 6) {
      case 0:
        return first & 63;
      case 1:
        return ((first & 63) << 8) | this.#byte();
      default:
    }
    if (first === 0x80) return this.#take(4).readUInt32BE();
    if (first === 0x81) return Number(this.#take(8).readBigUInt64BE());
    throw new MalformedRdb(`a length begins with the byte ${first}`);
  }

  #peek(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw needMore;
    return byte;
  }

  #byte(): number {
    const byte = this.#peek();
    this.#at += 1;
    return byte;
  }

  #take(bytes: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + bytes);
    if (taken.length < bytes) throw needMore;
    this.#at += bytes;
    return taken;
  }
}

function decode(bytes: Buffer, form: Form): Buffer {
  if (form === 'plain') return bytes;
  if ('integer' in form) return Buffer.from(String(bytes.readIntLE(0, form.integer)));
  const text = unpackLzf(bytes, form.unpacked);
  if (text === undefined) throw new MalformedRdb('a compressed string cannot be unpacked');
  return text;
}
