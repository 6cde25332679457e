import { HoldfastError } from '@holdfast/runtime';

/** @throws the signal's own HoldfastError, or `cancelled` */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const reason: unknown = signal.reason;
  throw reason instanceof HoldfastError
    ? reason
    : new HoldfastError('cancelled', 'The operation was cancelled.');
}
