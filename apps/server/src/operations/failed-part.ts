import { type Failure, isErrorCode } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { StoredOperation } from './operation.ts';

export function errorOfFailure({ code, detail, hint }: Failure): HoldfastError {
  return new HoldfastError(isErrorCode(code) ? code : 'internal', detail, { hint });
}

/**
 * The error of a pass, made of those of its parts: none when all succeeded, the part's own when there is one
 * part, `interrupted` when one was, else `partly-failed`.
 */
export function errorOfParts(parts: readonly StoredOperation[]): HoldfastError | undefined {
  const failed = parts.filter((part) => part.state !== 'succeeded');
  const [first] = failed;
  if (first === undefined) return undefined;
  const failure = first.error ?? new HoldfastError('internal', `It ended as ${first.state}.`).toFailure();
  if (parts.length === 1) return errorOfFailure(failure);
  if (failed.some((part) => part.state === 'interrupted')) {
    return new HoldfastError('interrupted', `${failed.length} of ${parts.length} did not come to their end.`);
  }
  if (failed.length === parts.length && new Set(failed.map((part) => part.error?.code)).size === 1) {
    return errorOfFailure({ ...failure, detail: `All ${parts.length} failed. ${failure.detail}` });
  }
  const names = failed.map((part) => part.source?.name ?? part.id).join(', ');
  return new HoldfastError('partly-failed', `${failed.length} of ${parts.length} failed: ${names}.`);
}
