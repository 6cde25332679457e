import type { ErrorCode } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

interface Explanation {
  readonly code: ErrorCode;
  readonly words: string;
  readonly hint?: string;
}

/** What the kernel's error numbers mean for a folder that is to hold backups. */
const explanations: Readonly<Record<string, Explanation>> = {
  ENOENT: { code: 'destination-folder-missing', words: 'does not exist' },
  ENOTDIR: { code: 'destination-folder-invalid', words: 'is not a folder' },
  EEXIST: { code: 'destination-folder-invalid', words: 'is not a folder' },
  EISDIR: { code: 'destination-folder-invalid', words: 'is a folder where a file is needed' },
  ELOOP: { code: 'destination-folder-invalid', words: 'leads through symbolic links in a circle' },
  ENAMETOOLONG: { code: 'destination-folder-invalid', words: 'has a name that is too long' },
  EACCES: {
    code: 'destination-forbidden',
    words: 'may not be used by this user',
    hint: 'Give the user that Holdfast runs as the right to read and write there.',
  },
  EPERM: {
    code: 'destination-forbidden',
    words: 'may not be changed by this user',
    hint: 'Give the user that Holdfast runs as the right to read and write there, and check for an immutable flag.',
  },
  EROFS: {
    code: 'destination-read-only',
    words: 'is mounted read-only',
    hint: 'Mount it for writing. A file system that turned read-only by itself has a fault: see the kernel log.',
  },
  ENOSPC: { code: 'destination-full', words: 'is on a full disk' },
  EDQUOT: { code: 'destination-full', words: 'is over its disk quota' },
  EIO: { code: 'destination-failed', words: 'cannot be read or written (input/output error)' },
  ESTALE: { code: 'destination-unreachable', words: 'is on a network share that went away' },
  ENODEV: { code: 'destination-unreachable', words: 'is on a device that went away' },
  ENOTCONN: { code: 'destination-unreachable', words: 'is on a share that is not connected' },
};

/** Turns what the file system threw into an error that says what is wrong with the folder. */
export function localFailure(error: unknown, folder: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new HoldfastError('cancelled', `The use of ${JSON.stringify(folder)} was cancelled.`);
  }
  const number = errorNumber(error);
  const explanation = number === undefined ? undefined : explanations[number];
  const name = JSON.stringify(folder);
  if (explanation === undefined) {
    const words = error instanceof Error ? error.message : String(error);
    return new HoldfastError('destination-failed', `${name} cannot be used: ${words}`, { cause: error });
  }
  return new HoldfastError(explanation.code, `${name} ${explanation.words} (${number}).`, {
    cause: error,
    ...(explanation.hint === undefined ? {} : { hint: explanation.hint }),
  });
}

export function errorNumber(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
