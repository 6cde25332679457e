import { randomBytes } from 'node:crypto';
import { hashToken } from './token.ts';

/** 32 characters, so that each stands for five bits; without those that look alike. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** 100 random bits that a person can read out and type: four groups of five. */
export function makeCode(): string {
  const characters = [...randomBytes(20)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
  return (characters.match(/.{5}/g) ?? []).join('-');
}

/** What is stored of a code. However it is typed (small letters, other gaps), it is the same. */
export function hashCode(code: string): string {
  return hashToken(code.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''));
}
