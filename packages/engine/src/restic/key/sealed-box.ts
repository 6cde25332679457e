import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { poly1305 } from '@noble/ciphers/_poly1305.js';

/**
 * restic's authenticated encryption, as its design document describes it: AES-256 in counter mode, then
 * Poly1305-AES over the ciphertext. A box is `IV (16) | ciphertext | MAC (16)`.
 */
export interface BoxKey {
  /** 32 bytes: AES-256. */
  readonly encrypt: Uint8Array;
  /** 16 bytes: the AES-128 key that turns the IV into Poly1305's one-time summand. */
  readonly macK: Uint8Array;
  /** 16 bytes: Poly1305's r; its clamping is Poly1305's own. */
  readonly macR: Uint8Array;
}

const ivBytes = 16;
const macBytes = 16;

export function sealBox(key: BoxKey, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-ctr', key.encrypt, iv);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, ciphertext, authenticate(key, iv, ciphertext)]);
}

/** Undefined when the key is not the box's. */
export function openBox(key: BoxKey, box: Uint8Array): Buffer | undefined {
  if (box.length < ivBytes + macBytes) return undefined;
  const iv = box.subarray(0, ivBytes);
  const ciphertext = box.subarray(ivBytes, -macBytes);
  if (!timingSafeEqual(authenticate(key, iv, ciphertext), box.subarray(-macBytes))) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', key.encrypt, iv);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

function authenticate(key: BoxKey, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  // One block, so ECB is the bare AES that Poly1305-AES is defined by.
  const aes = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false);
  const summand = Buffer.concat([aes.update(iv), aes.final()]);
  return poly1305(ciphertext, Buffer.concat([key.macR, summand]));
}
