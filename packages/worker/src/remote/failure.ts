import { isErrorCode } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { Failed } from './protocol.ts';

/** The error that the other side had, as if it had happened here. */
export function failureOf({ code, detail, hint }: Failed): HoldfastError {
  return new HoldfastError(isErrorCode(code) ? code : 'internal', detail, { hint });
}
