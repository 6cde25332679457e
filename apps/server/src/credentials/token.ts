import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, in letters that need no quoting anywhere. */
export function makeToken(prefix = ''): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a token: it cannot be turned back, and what is random needs no salt. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
