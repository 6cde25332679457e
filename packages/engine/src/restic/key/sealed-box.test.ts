import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BoxKey, openBox, sealBox } from './sealed-box.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const randomKey = (): BoxKey => ({ encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) });

describe('a sealed box', () => {
  test('opens with its key, whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
        const key = randomKey();
        const box = sealBox(key, plain);
        expect(box).toHaveLength(plain.length + 32);
        expect(openBox(key, box)).toEqual(Buffer.from(plain));
      }),
    );
  });

  test('does not open when any bit of it was flipped, nor cut', () => {
    const key = randomKey();
    const box = sealBox(key, Buffer.from('master'));
    for (let index = 0; index < box.length; index++) {
      const damaged = Buffer.from(box);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      expect(openBox(key, damaged)).toBeUndefined();
      expect(openBox(key, box.subarray(0, index))).toBeUndefined();
    }
  });

  test('does not open with another key', () => {
    expect(openBox(randomKey(), sealBox(randomKey(), Buffer.from('master')))).toBeUndefined();
  });

  // From D. J. Bernstein, "The Poly1305-AES message-authentication code", appendix B.
  test("agrees with the published example of Poly1305-AES on restic's form of a box", () => {
    const key = {
      encrypt: Buffer.alloc(32, 7),
      macK: bytes('ec 07 4c 83 55 80 74 17 01 42 5b 62 32 35 ad d6'),
      macR: bytes('85 1f c4 0c 34 67 ac 0b e0 5c c2 04 04 f3 f7 00'),
    };
    const nonce = bytes('fb 44 73 50 c4 e8 68 c5 2a c3 27 5c f9 d4 32 7e');
    const message = bytes('f3 f6');
    const mac = bytes('f4 c6 33 c3 04 4f c1 45 f8 4f 33 5c b8 19 53 de');
    expect(openBox(key, Buffer.concat([nonce, message, mac]))).toHaveLength(message.length);
    mac[15] = 0;
    expect(openBox(key, Buffer.concat([nonce, message, mac]))).toBeUndefined();
  });
});
