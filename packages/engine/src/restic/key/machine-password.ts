import { randomBytes } from 'node:crypto';
import { Secret } from '@holdfast/runtime';

const randomLength = 32;
const issued = new WeakSet<Secret>();
declare const brand: unique symbol;

/**
 * A password of 256 random bits, which needs no stretching. Only the two functions of this file make one, so
 * that a password which a person chose can never get a cheap key.
 */
export type MachinePassword = Secret & { readonly [brand]: 'machine-password' };

export function generateMachinePassword(): MachinePassword {
  return issue(randomBytes(randomLength));
}

/**
 * A machine password that was generated earlier and kept in the vault.
 * @throws TypeError when the text is not what `generateMachinePassword` makes
 */
export function readMachinePassword(text: string): MachinePassword {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== randomLength || bytes.toString('base64url') !== text) {
    throw new TypeError('This is not a generated machine password.');
  }
  return issue(bytes);
}

/** The brand exists for the compiler only; this asks at run time. */
export function isMachinePassword(secret: Secret): secret is MachinePassword {
  return issued.has(secret);
}

function issue(bytes: Buffer): MachinePassword {
  const secret = new Secret(bytes.toString('base64url'));
  issued.add(secret);
  return secret as MachinePassword;
}
