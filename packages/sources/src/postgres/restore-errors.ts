import { asHoldfastError, HoldfastError } from '@holdfast/runtime';

/** Codes that say enough by themselves, whichever step they come from. */
const ownWords = /^(?:restore-|cancelled|interrupted|invalid-input|not-found)/;
const untouched = 'What was there before is untouched and still in use.';

/** Runs one step of a restore; an error of it says which step failed, and that the old data serves on. */
export async function step<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const known = asHoldfastError(error);
    const message = `Failed while ${what}: ${known.message}`;
    if (known.code === 'restore-failed') {
      throw new HoldfastError(known.code, message, { hint: known.hint, cause: error });
    }
    if (ownWords.test(known.code)) throw known;
    const code = known.code === 'dump-failed' || known.code === 'internal' ? 'restore-failed' : known.code;
    throw new HoldfastError(code, message, { hint: untouched, cause: error });
  }
}

/** What fails after a cancellation fails because of it, whatever it says. */
export function orCancelled(error: unknown, signal: AbortSignal): HoldfastError {
  if (!signal.aborted) return asHoldfastError(error);
  return new HoldfastError('cancelled', 'The restore was cancelled.', { hint: untouched, cause: error });
}

/** The same error where the old data was dropped before: said honestly. */
export function afterDrop(error: HoldfastError): HoldfastError {
  return new HoldfastError(
    error.code,
    `${error.message} The old data was dropped before, as --in-place asks.`,
    {
      hint: 'Start the restore again: the databases that were dropped are missing until it succeeds.',
      cause: error,
    },
  );
}
