import { HoldfastError } from '@holdfast/runtime';
import { ThreadFailure } from '../files/run-in-thread.ts';
import { describeOpeners, findOpeners } from './openers.ts';

/** What SQLite said while a live database was read, as an error that says what to do. */
export async function readingError(path: string, error: unknown): Promise<unknown> {
  if (!(error instanceof ThreadFailure)) return error;
  const shown = JSON.stringify(path);
  if (/^SQLITE_(BUSY|LOCKED)/.test(error.code)) {
    const openers = await findOpeners(path);
    const who = openers.length > 0 ? describeOpeners(openers) : 'another program';
    return new HoldfastError(
      'source-unreadable',
      `${shown} was locked by ${who} for longer than 10 seconds.`,
      {
        hint: 'Try again when the application is less busy, or stop what holds the lock.',
        cause: error,
      },
    );
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return damaged(path, [error.message]);
  return new HoldfastError(
    'source-unreadable',
    `${shown} cannot be read: ${error.message} (${error.code}).`,
    {
      cause: error,
    },
  );
}

/** What SQLite or the system said while a copy was put in place. */
export function restoringError(path: string, error: unknown): unknown {
  if (!(error instanceof ThreadFailure)) return systemError(path, error);
  const words = `Restoring to ${JSON.stringify(path)} failed: ${error.message} (${error.code}).`;
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(error.code))
    return new HoldfastError('restore-space', words, { cause: error });
  if (/^SQLITE_(BUSY|LOCKED)/.test(error.code)) {
    return new HoldfastError('restore-failed', words, {
      hint: 'Stop the application that uses it, and try again.',
      cause: error,
    });
  }
  return new HoldfastError('restore-failed', words, { cause: error });
}

export function damaged(path: string, problems: readonly string[]): HoldfastError {
  return new HoldfastError(
    'source-corrupt',
    `${JSON.stringify(path)} is damaged: ${problems.slice(0, 3).join('; ')}`,
  );
}

function systemError(path: string, error: unknown): unknown {
  if (error instanceof HoldfastError || !(error instanceof Error) || !('code' in error)) return error;
  const code = error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'restore-space' : 'restore-failed';
  return new HoldfastError(code, `Restoring to ${JSON.stringify(path)} failed: ${error.message}.`, {
    cause: error,
  });
}
