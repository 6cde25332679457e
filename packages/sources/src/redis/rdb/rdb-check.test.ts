import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { Crc64 } from './crc64.ts';
import { unpackLzf } from './lzf.ts';
import { RdbCheck } from './rdb-check.ts';

const ascii = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const raw = (...bytes: number[]) => Buffer.from(bytes);
const milliseconds = (time: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(time));
  return Buffer.concat([raw(0xfc), bytes]);
};

/** A dump of format 10 with these records, and its sum. */
function dumpOf(...records: Buffer[]): Buffer {
  const body = Buffer.concat([
    Buffer.from('REDIS0010'),
    raw(0xfa),
    ascii('ctime'),
    // An integer of four bytes: 1000 s.
    raw(0xc2, 0xe8, 0x03, 0, 0),
    ...records,
    raw(0xff),
  ]);
  const sum = new Crc64();
  sum.update(body);
  return Buffer.concat([body, sum.digest()]);
}

async function check(dump: Buffer, pieceBytes = dump.length) {
  const pieces = Array.from({ length: Math.ceil(dump.length / pieceBytes) }, (_, index) =>
    dump.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  const one = new RdbCheck();
  const passed: Buffer[] = [];
  await pipeline(
    Readable.from(pieces),
    one,
    new Writable({ write: (chunk: Buffer, _, done) => (passed.push(chunk), done()) }),
  );
  one.verify();
  return { one, passed: Buffer.concat(passed) };
}

const listOfTwo = Buffer.concat([raw(0x01), ascii('list'), raw(2), ascii('a'), ascii('b')]);
const small = dumpOf(
  raw(0xfe, 0, 0xfb, 3, 2),
  Buffer.concat([raw(0), ascii('text'), ascii('value')]),
  // Names that look like numbers are stored as such.
  Buffer.concat([milliseconds(999_000), raw(0), raw(0xc0, 0xf9), ascii('expired')]),
  raw(0xfe, 9),
  Buffer.concat([milliseconds(2_000_000), raw(0xf8, 3), listOfTwo]),
  // Module data: one double, one string.
  Buffer.concat([
    raw(7),
    ascii('module'),
    raw(0x81, 1, 2, 3, 4, 5, 6, 7, 8),
    raw(4),
    Buffer.alloc(8, 0xff),
    raw(5),
    ascii('x'),
    raw(0),
  ]),
  Buffer.concat([raw(0xf5), ascii('#!lua')]),
);
const mark = Buffer.alloc(40, 0xff);

describe('the check of a dump', () => {
  it('computes the sum that the format has', () => {
    const sum = new Crc64();
    for (const part of ['1', '23456789']) sum.update(Buffer.from(part));
    expect(sum.digest().toString('hex')).toBe('cad9b8c414d9c6e9');
  });

  it.each([1, 2, 3, 7, 48, 49, 1000])('counts what it holds, in pieces of %i bytes', async (pieceBytes) => {
    const { one, passed } = await check(small, pieceBytes);
    expect(passed).toEqual(small);
    expect(one.checked).toBe(true);
    expect(one.bytes).toBe(small.length);
    expect(one.tally.counts()).toEqual({
      keys: 4,
      functions: 1,
      'db0/keys': 2,
      'db0/expiring': 1,
      'db0/expired': 1,
      'db0/string': 2,
      'db9/keys': 2,
      'db9/expiring': 1,
      'db9/expired': 0,
      'db9/list': 1,
      'db9/module': 1,
    });
  });

  it('leaves the mark of a transfer out, wherever the pieces end', async () => {
    for (const pieceBytes of [1, 47, 48, 500]) {
      expect((await check(Buffer.concat([small, mark]), pieceBytes)).passed).toEqual(small);
    }
  });

  it('refuses a dump that is cut anywhere', async () => {
    for (let length = 0; length < small.length; length++) {
      await expect(check(small.subarray(0, length))).rejects.toMatchObject({ name: 'MalformedRdb' });
    }
  });

  it('refuses a dump in which any one byte was changed', async () => {
    for (let at = 0; at < small.length; at++) {
      const changed = Buffer.from(small);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      await expect(check(changed)).rejects.toMatchObject({ name: 'MalformedRdb' });
    }
  });

  it('refuses bytes after the end that are no mark', async () => {
    await expect(check(Buffer.concat([small, Buffer.alloc(39)]))).rejects.toMatchObject({
      name: 'MalformedRdb',
    });
  });

  it('gives up counting at a type that it does not know, but still checks the sum', async () => {
    const unknown = dumpOf(raw(0xfe, 0), Buffer.concat([raw(99), ascii('key'), Buffer.alloc(200, 7)]));
    for (const dump of [unknown, Buffer.concat([unknown, mark])]) {
      const { one, passed } = await check(dump, 64);
      expect(one.gaveUp).toContain('type 99');
      expect(passed).toEqual(unknown);
    }
    await expect(check(unknown.subarray(0, -60))).rejects.toMatchObject({ name: 'MalformedRdb' });
  });

  it('has the same hash for the same keys in another order, and another for other keys', async () => {
    const [a, b] = ['a', 'b'].map((name) => Buffer.concat([raw(0), ascii(name), ascii('v')]));
    const hashOf = async (...records: (Buffer | undefined)[]) =>
      (await check(dumpOf(raw(0xfe, 0), ...records.filter((one) => one !== undefined)))).one.tally.hashes()[
        'db0/keys'
      ];
    expect(await hashOf(a, b)).toBe(await hashOf(b, a));
    expect(await hashOf(a)).not.toBe(await hashOf(b));
    expect(await hashOf(milliseconds(5_000_000), a)).not.toBe(await hashOf(a));
  });
});

describe('LZF', () => {
  it('unpacks runs and references, also ones that overlap what they write', () => {
    // One plain "ab", then seven bytes from two back.
    expect(unpackLzf(raw(1, 0x61, 0x62, 0xa0, 1), 9)?.toString()).toBe('ababababa');
    expect(unpackLzf(raw(0, 0x78, 0xe0, 3, 0), 13)?.toString()).toBe('x'.repeat(13));
  });

  it('refuses what is not what it says', () => {
    for (const bytes of [raw(5, 0x61), raw(0x20, 9), raw(0, 0x61)])
      expect(unpackLzf(bytes, 4)).toBeUndefined();
  });
});
