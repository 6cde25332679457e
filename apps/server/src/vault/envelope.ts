import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '@holdfast/runtime';

/*
 * One secret at rest: its own random data key encrypts it, the master key encrypts the data key. So a change of
 * the master key rewrites short keys and no secrets. The secret's name is additional data of both: an envelope
 * cannot be put in another's place. Text form, the last two base64url:
 *   v2.<id of the master key>.<nonce + sealed data key + tag>.<nonce + sealed secret + tag>
 * `v1` bound the secret to the id of the master key, too. It is read, and becomes `v2` when the master key changes.
 */

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** The master keys that may open an envelope; only the first one closes any. */
export type MasterKeys = readonly [current: Buffer, ...earlier: Buffer[]];

/** Names a master key without giving anything of it away. */
export function masterKeyId(masterKey: Buffer): string {
  return createHash('sha256').update('holdfast master key id\0').update(masterKey).digest('hex').slice(0, 16);
}

export function sealEnvelope(masterKey: Buffer, name: string, secret: string): string {
  const dataKey = randomBytes(32);
  const sealedSecret = seal(dataKey, Buffer.from(secret, 'utf8'), secretData('v2', '', name));
  return closeKey(masterKey, name, dataKey, sealedSecret.toString('base64url'));
}

/** @throws HoldfastError `master-key-wrong` for other master keys, `vault-damaged` for a changed envelope */
export function openEnvelope(masterKeys: MasterKeys, name: string, envelope: string): string {
  const parts = read(name, envelope);
  const key = keyFor(masterKeys, parts.keyId);
  return guarded(name, () => openSecret(parts, openKey(key, parts, name), name));
}

/** Whether the envelope is as this version makes them, for this master key. */
export function isClosedWith(masterKey: Buffer, envelope: string): boolean {
  return envelope.startsWith(`v2.${masterKeyId(masterKey)}.`);
}

/**
 * The same secret for the first of the master keys: only the data key is sealed anew.
 * @throws HoldfastError as `openEnvelope`
 */
export function rewrapEnvelope(masterKeys: MasterKeys, name: string, envelope: string): string {
  const [current] = masterKeys;
  const parts = read(name, envelope);
  const key = keyFor(masterKeys, parts.keyId);
  return guarded(name, () => {
    const dataKey = openKey(key, parts, name);
    // Opened in every case: what is damaged is to be found now, while the earlier master key is still there.
    const secret = openSecret(parts, dataKey, name);
    return parts.version === 'v1'
      ? sealEnvelope(current, name, secret)
      : closeKey(current, name, dataKey, parts.sealedSecret);
  });
}

interface Parts {
  readonly version: 'v1' | 'v2';
  readonly keyId: string;
  readonly sealedKey: string;
  readonly sealedSecret: string;
}

function read(name: string, envelope: string): Parts {
  const [version, keyId, sealedKey, sealedSecret] = envelope.split('.');
  if (
    (version !== 'v1' && version !== 'v2') ||
    keyId === undefined ||
    sealedKey === undefined ||
    sealedSecret === undefined
  ) {
    throw damaged(name);
  }
  return { version, keyId, sealedKey, sealedSecret };
}

function keyFor(masterKeys: MasterKeys, keyId: string): Buffer {
  const found = masterKeys.find((key) => masterKeyId(key) === keyId);
  if (found !== undefined) return found;
  const given = masterKeys.map(masterKeyId).join(', ');
  throw new HoldfastError(
    'master-key-wrong',
    `The vault was closed with the master key ${keyId}; what was given is ${given}.`,
  );
}

function closeKey(masterKey: Buffer, name: string, dataKey: Buffer, sealedSecret: string): string {
  const keyId = masterKeyId(masterKey);
  const sealedKey = seal(masterKey, dataKey, `key\0${keyId}\0${name}`);
  return ['v2', keyId, sealedKey.toString('base64url'), sealedSecret].join('.');
}

function openKey(masterKey: Buffer, { keyId, sealedKey }: Parts, name: string): Buffer {
  return open(masterKey, Buffer.from(sealedKey, 'base64url'), `key\0${keyId}\0${name}`);
}

function openSecret({ version, keyId, sealedSecret }: Parts, dataKey: Buffer, name: string): string {
  const data = secretData(version, keyId, name);
  return open(dataKey, Buffer.from(sealedSecret, 'base64url'), data).toString('utf8');
}

function secretData(version: Parts['version'], keyId: string, name: string): string {
  return version === 'v1' ? `secret\0${keyId}\0${name}` : `secret v2\0${name}`;
}

function guarded<T>(name: string, work: () => T): T {
  try {
    return work();
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
