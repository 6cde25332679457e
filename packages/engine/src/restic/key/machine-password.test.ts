import { Secret } from '@holdfast/runtime';
import { describe, expect, test } from 'vitest';
import { addMachineKey } from './machine-key.ts';
import { generateMachinePassword, isMachinePassword, readMachinePassword } from './machine-password.ts';

describe('a machine password', () => {
  test('is 256 random bits', () => {
    const passwords = Array.from({ length: 100 }, () => generateMachinePassword().reveal());
    expect(new Set(passwords).size).toBe(100);
    for (const password of passwords) expect(Buffer.from(password, 'base64url')).toHaveLength(32);
  });

  test('comes back from the vault as it went in', () => {
    const password = generateMachinePassword();
    expect(readMachinePassword(password.reveal()).reveal()).toBe(password.reveal());
  });

  test.each(['', 'correct horse battery staple', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}+`])(
    'is not read from %j',
    (text) => {
      expect(() => readMachinePassword(text)).toThrow(TypeError);
    },
  );

  test('is told from any other secret by the compiler and at run time', async () => {
    const chosen = new Secret(generateMachinePassword().reveal());
    expect(isMachinePassword(chosen)).toBe(false);
    const objects = {
      put: () => Promise.reject(new Error('nothing may be written')),
      get: () => Promise.reject(new Error('nothing may be read')),
      list: () => Promise.reject(new Error('nothing may be listed')),
      delete: () => Promise.reject(new Error('nothing may be deleted')),
    };
    const owner = { username: 'u', hostname: 'h', created: new Date() };
    await expect(
      // @ts-expect-error a secret that was not generated here is not accepted
      addMachineKey({ objects, keyPrefix: 'keys/' }, new Secret('team'), chosen, owner),
    ).rejects.toThrow('generated password');
  });
});
