import { X509Certificate } from 'node:crypto';
import { Secret } from '@holdfast/runtime';
import { z } from 'zod';

const needed = (issue: { input?: unknown }) => (issue.input === undefined ? 'is needed' : 'must be text');

/** One line of text that is not empty. */
export const textSetting = z
  .string({ error: needed })
  .trim()
  .min(1, 'must not be empty')
  .max(2_000, 'is too long')
  .refine(isOneLine, 'must not hold control characters');

/** A secret, given as text or as `Secret`. */
export const secretSetting = z
  .union([z.instanceof(Secret), z.string()], { error: needed })
  .transform((value) => new Secret((value instanceof Secret ? value.reveal() : value).trim()))
  .refine((value) => value.reveal() !== '', 'must not be empty')
  .refine((value) => isOneLine(value.reveal()), 'must not hold control characters');

/** An address to post to, of which who knows it can post: a secret. */
export const secretUrlSetting = secretSetting.refine((value) => isWebAddress(value.reveal()), {
  error: 'must be an address that begins with https:// or http://, without a user name in it',
});

export const urlSetting = textSetting.refine(isWebAddress, {
  error: 'must be an address that begins with https:// or http://, without a user name in it',
});

export const certificateSetting = z
  .string({ error: needed })
  .refine(isCertificate, 'must be certificates in PEM form (-----BEGIN CERTIFICATE-----)');

/** All of an address that may be shown. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

function isWebAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function isOneLine(value: string): boolean {
  return !/\p{Cc}/u.test(value);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
