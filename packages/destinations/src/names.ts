import { sourceNameSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

/**
 * Where the repository of a source is, relative to the destination.
 * @throws HoldfastError `source-name-invalid` for what is not a plain folder name
 */
export function repositoryKey(repositoryName: string): string {
  const name = sourceNameSchema.safeParse(repositoryName);
  if (name.success) return `restic/${name.data}`;
  throw new HoldfastError(
    'source-name-invalid',
    `${JSON.stringify(repositoryName)} cannot be the name of a repository.`,
  );
}

/**
 * Refuses keys that would mean different things on different storage, or leave the destination.
 * @throws HoldfastError `invalid-input`
 */
export function checkObjectKey(key: string): string {
  const plain = key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (plain && !hasControlCharacter(key)) return key;
  throw new HoldfastError('invalid-input', `${JSON.stringify(key)} cannot be the name of an object.`);
}

/** Refuses beginnings of keys that could leave the destination. @throws HoldfastError `invalid-input` */
export function checkKeyPrefix(prefix: string): string {
  const segments = prefix.split('/');
  const last = segments.pop();
  const plain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (plain && last !== '..' && !hasControlCharacter(prefix)) return prefix;
  throw new HoldfastError('invalid-input', `${JSON.stringify(prefix)} cannot begin the name of an object.`);
}

export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
