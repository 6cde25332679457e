import { randomBytes, scrypt } from 'node:crypto';
import type { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import { type BoxKey, openBox, sealBox } from './sealed-box.ts';

/** A file below `keys/` of a repository: the master key, encrypted by a password. Its name is its SHA-256. */
const keyFileSchema = z.object({
  created: z.string(),
  username: z.string(),
  hostname: z.string(),
  kdf: z.literal('scrypt'),
  N: z.int().positive(),
  r: z.int().positive(),
  p: z.int().positive(),
  salt: z.base64(),
  data: z.base64(),
});

const masterKeySchema = z.object({
  mac: z.object({ k: z.base64(), r: z.base64() }),
  encrypt: z.base64(),
});
export type MasterKey = z.infer<typeof masterKeySchema>;

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const saltBytes = 64;
/** More than restic's own calibration ever asks for; a hostile key file must not take all memory. */
const maximumMemory = 512 * 1024 * 1024;

/** Undefined when the password is not the file's. @throws when it is not a key file */
export async function openKeyFile(content: Uint8Array, password: Secret): Promise<MasterKey | undefined> {
  const file = keyFileSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
  const key = await deriveKey(password, Buffer.from(file.salt, 'base64'), file);
  const plain = openBox(key, Buffer.from(file.data, 'base64'));
  return plain && masterKeySchema.parse(JSON.parse(plain.toString('utf8')));
}

export interface KeyFileOwner {
  readonly username: string;
  readonly hostname: string;
  readonly created: Date;
}

/** The bytes of a new key file for the same master key. */
export async function writeKeyFile(
  master: MasterKey,
  password: Secret,
  cost: ScryptCost,
  { username, hostname, created }: KeyFileOwner,
): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  const { N, r, p } = cost;
  const key = await deriveKey(password, salt, cost);
  const data = sealBox(key, Buffer.from(JSON.stringify(masterKeySchema.parse(master))));
  const file: z.infer<typeof keyFileSchema> = {
    created: created.toISOString(),
    username,
    hostname,
    kdf: 'scrypt',
    N,
    r,
    p,
    salt: salt.toString('base64'),
    data: data.toString('base64'),
  };
  return Buffer.from(JSON.stringify(file));
}

/** 64 bytes of scrypt: the encryption key, then the two halves of the authentication key. */
async function deriveKey(password: Secret, salt: Uint8Array, { N, r, p }: ScryptCost): Promise<BoxKey> {
  const derived = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password.reveal(), salt, 64, { N, r, p, maxmem: maximumMemory }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
  return { encrypt: derived.subarray(0, 32), macK: derived.subarray(32, 48), macR: derived.subarray(48, 64) };
}
