import { randomBytes } from 'node:crypto';
import { Secret } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { temporaryDatabase } from '../testing/temporary-database.ts';
import { masterKeyId, openEnvelope, sealEnvelope } from './envelope.ts';
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

describe('the vault', () => {
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
