import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '@holdfast/runtime';

/*
 * One secret at rest: its own random data key encrypts it, the master key encrypts the data key. So a change of
 * the master key rewrites short keys and no secrets. The secret's name is additional data of both: an envelope
 * cannot be put in another's place. Text form, all base64url:
 *   v1.<id of the master key>.<nonce + sealed data key + tag>.<nonce + sealed secret + tag>
 */

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Names a master key without giving anything of it away. */
export function masterKeyId(masterKey: Buffer): string {
  return createHash('sha256').update('holdfast master key id\0').update(masterKey).digest('hex').slice(0, 16);
}

export function sealEnvelope(masterKey: Buffer, name: string, secret: string): string {
  const keyId = masterKeyId(masterKey);
  const dataKey = randomBytes(32);
  const sealedKey = seal(masterKey, dataKey, `key\0${keyId}\0${name}`);
  const sealedSecret = seal(dataKey, Buffer.from(secret, 'utf8'), `secret\0${keyId}\0${name}`);
  return ['v1', keyId, sealedKey.toString('base64url'), sealedSecret.toString('base64url')].join('.');
}

/** @throws HoldfastError `master-key-wrong` for another master key, `vault-damaged` for a changed envelope */
export function openEnvelope(masterKey: Buffer, name: string, envelope: string): string {
  const [version, keyId, sealedKey, sealedSecret] = envelope.split('.');
  if (version !== 'v1' || keyId === undefined || sealedKey === undefined || sealedSecret === undefined) {
    throw damaged(name);
  }
  const present = masterKeyId(masterKey);
  if (keyId !== present) {
    throw new HoldfastError(
      'master-key-wrong',
      `The vault was closed with the master key ${keyId}; the one given is ${present}.`,
    );
  }
  try {
    const dataKey = open(masterKey, Buffer.from(sealedKey, 'base64url'), `key\0${keyId}\0${name}`);
    return open(dataKey, Buffer.from(sealedSecret, 'base64url'), `secret\0${keyId}\0${name}`).toString(
      'utf8',
    );
  } catch (error) {
    throw damaged(name, error);
  }
}

function damaged(name: string, cause?: unknown): HoldfastError {
  return new HoldfastError('vault-damaged', `The secret "${name}" was changed or cut.`, { cause });
}

function seal(key: Buffer, plain: Buffer, additionalData: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(additionalData));
  return Buffer.concat([nonce, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
}

function open(key: Buffer, sealed: Buffer, additionalData: string): Buffer {
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  opening.setAAD(Buffer.from(additionalData));
  opening.setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([opening.update(sealed.subarray(nonceBytes, -tagBytes)), opening.final()]);
}
