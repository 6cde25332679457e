import { createHash, timingSafeEqual } from 'node:crypto';
import { HoldfastError, type Secret } from '@holdfast/runtime';

/** So many wrong answers, then a pause: a key that a person chose could be guessed otherwise. */
export const mostAttempts = 5;
export const attemptPauseMs = 15 * 60_000;

const longestPassword = 1024;

/** Takes the same time whatever was typed. Space around it and line breaks in it come from copying. */
export function isSameKey(typed: Secret, key: Secret): boolean {
  const given = typed.reveal();
  const matches = [given, given.replaceAll(/\s/g, '')].map((text) =>
    timingSafeEqual(digest(text), digest(key.reveal())),
  );
  return matches.includes(true);
}

/**
 * A password that a person brings along: any that restic reads the same from a variable, a file and a terminal.
 * @throws HoldfastError `invalid-input`
 */
export function assertUsablePassword(password: Secret): void {
  const text = password.reveal();
  const isUsable = text !== '' && text === text.trim() && !/\p{Cc}/u.test(text);
  if (isUsable && text.length <= longestPassword) return;
  throw new HoldfastError('invalid-input', 'This password cannot be used.', {
    hint: `It may not be empty, have space around it, hold control characters, or be longer than ${longestPassword} characters.`,
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
