import { createCipheriv, randomBytes } from 'node:crypto';
import { Secret } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { isClosedWith, masterKeyId, openEnvelope, rewrapEnvelope, sealEnvelope } from './envelope.ts';
import { Vault } from './vault.service.ts';
import { createVaultStore } from './vault.store.ts';

const key = randomBytes(32);

describe('an envelope', () => {
  it('opens with its key and under its name, and says nothing else', () => {
    const envelope = sealEnvelope(key, 'a', 'the secret');
    expect(openEnvelope([key], 'a', envelope)).toBe('the secret');
    expect(envelope).not.toContain('secret');
    expect(sealEnvelope(key, 'a', 'the secret')).not.toBe(envelope);
  });

  it('does not open in the place of another', () => {
    const envelope = sealEnvelope(key, 'a', 'x');
    expect(() => openEnvelope([key], 'b', envelope)).toThrow(
      expect.objectContaining({ code: 'vault-damaged' }),
    );
  });

  it('names the keys when the master key is another one', () => {
    const other = randomBytes(32);
    const opening = () => openEnvelope([other], 'a', sealEnvelope(key, 'a', 'x'));
    expect(opening).toThrow(expect.objectContaining({ code: 'master-key-wrong' }));
    expect(opening).toThrow(masterKeyId(other));
  });

  it('notices every change', () => {
    const envelope = sealEnvelope(key, 'a', 'x'.repeat(20));
    const [version, id, sealedKey = '', sealedSecret = ''] = envelope.split('.');
    const flip = (text: string, index: number) => {
      const bytes = Buffer.from(text, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      return bytes.toString('base64url');
    };
    const changed = [0, 15, 40].flatMap((index) => [
      [version, id, flip(sealedKey, index), sealedSecret],
      [version, id, sealedKey, flip(sealedSecret, index)],
    ]);
    const cut = [[version, id, sealedKey, sealedSecret.slice(0, -4)], [version, id, sealedKey], ['']];
    for (const parts of [...changed, ...cut]) {
      expect(() => openEnvelope([key], 'a', parts.join('.'))).toThrow(
        expect.objectContaining({ code: 'vault-damaged' }),
      );
    }
  });
});

/** As versions before made them: the secret is bound to the id of the master key, too. */
function sealAsV1(masterKey: Buffer, name: string, secret: string): string {
  const seal = (by: Buffer, plain: Buffer, data: string) => {
    const nonce = randomBytes(12);
    const sealing = createCipheriv('aes-256-gcm', by, nonce);
    sealing.setAAD(Buffer.from(data));
    return Buffer.concat([nonce, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
  };
  const id = masterKeyId(masterKey);
  const dataKey = randomBytes(32);
  const sealedKey = seal(masterKey, dataKey, `key\0${id}\0${name}`);
  const sealedSecret = seal(dataKey, Buffer.from(secret), `secret\0${id}\0${name}`);
  return ['v1', id, sealedKey.toString('base64url'), sealedSecret.toString('base64url')].join('.');
}

describe('an envelope whose master key changes', () => {
  const next = randomBytes(32);

  it('keeps its secret as it was sealed; only the data key is sealed anew', () => {
    const before = sealEnvelope(key, 'a', 'x');
    const after = rewrapEnvelope([next, key], 'a', before);
    expect(openEnvelope([next], 'a', after)).toBe('x');
    expect(after.split('.')[3]).toBe(before.split('.')[3]);
    expect(after.split('.')[2]).not.toBe(before.split('.')[2]);
    expect([before, after].map((one) => isClosedWith(next, one))).toEqual([false, true]);
  });

  it('of the version before is read, and becomes one of this version', () => {
    const before = sealAsV1(key, 'a', 'x');
    expect(openEnvelope([key], 'a', before)).toBe('x');
    expect(isClosedWith(key, before)).toBe(false);
    const after = rewrapEnvelope([next, key], 'a', before);
    expect(after).toMatch(/^v2\./);
    expect(openEnvelope([next], 'a', after)).toBe('x');
    // An envelope is not of the other version because its first letters say so.
    expect(() => openEnvelope([key], 'a', before.replace('v1', 'v2'))).toThrow(
      expect.objectContaining({ code: 'vault-damaged' }),
    );
  });

  it('that was damaged is not closed anew', () => {
    const before = `${sealEnvelope(key, 'a', 'x').slice(0, -3)}AAA`;
    expect(() => rewrapEnvelope([next, key], 'a', before)).toThrow(
      expect.objectContaining({ code: 'vault-damaged' }),
    );
  });
});

describe('the vault', () => {
  it('changes its master key for all secrets or none, and what is put meanwhile is not lost', async () => {
    const { database } = await temporaryDatabase();
    const store = createVaultStore(database);
    const vault = new Vault(store, key, systemClock);
    await store.put('old', sealAsV1(key, 'old', 'of v1'), '');
    await vault.put('a', new Secret('one'));
    const next = randomBytes(32);
    const [changed] = await Promise.all([vault.changeMasterKey(next), vault.put('b', new Secret('two'))]);
    expect(changed).toBeGreaterThanOrEqual(2);
    const fresh = new Vault(store, next, systemClock);
    await fresh.verify();
    const read = async (name: string) => (await fresh.get(name))?.reveal();
    expect([await read('old'), await read('a'), await read('b')]).toEqual(['of v1', 'one', 'two']);
    await expect(vault.assertWhole()).resolves.toBeUndefined();

    await store.put('a', 'v2.damaged', '');
    await expect(vault.assertWhole()).rejects.toMatchObject({ code: 'vault-damaged' });
    const rows = await store.all();
    await expect(vault.changeMasterKey(randomBytes(32))).rejects.toMatchObject({ code: 'vault-damaged' });
    expect(await store.all()).toEqual(rows);
  });

  it('opened with the next and the present master key, finishes the change', async () => {
    const { database } = await temporaryDatabase();
    const store = createVaultStore(database);
    await new Vault(store, key, systemClock).put('a', new Secret('one'));
    const next = randomBytes(32);
    await new Vault(store, next, systemClock, key).verify();
    expect((await new Vault(store, next, systemClock).get('a'))?.reveal()).toBe('one');
    await expect(new Vault(store, key, systemClock).verify()).rejects.toMatchObject({
      code: 'master-key-wrong',
    });
  });

  it('keeps, replaces and removes secrets, and nothing of them in the clear', async () => {
    const { database } = await temporaryDatabase();
    const vault = new Vault(createVaultStore(database), key, systemClock);
    await vault.put('a', new Secret('one'));
    await vault.put('a', new Secret('two-plain'));
    expect((await vault.get('a'))?.reveal()).toBe('two-plain');
    const rows = await database.selectFrom('vault_secrets').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('two-plain');
    await vault.remove('a');
    expect(await vault.get('a')).toBeUndefined();
  });
});
