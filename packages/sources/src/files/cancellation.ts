import { HoldfastError } from '@holdfast/runtime';

/** @throws the signal's own HoldfastError, or `cancelled` */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancellationOf(signal);
}

export function cancellationOf(signal: AbortSignal): HoldfastError {
  const reason: unknown = signal.reason;
  return reason instanceof HoldfastError
    ? reason
    : new HoldfastError('cancelled', 'The operation was cancelled.');
}
