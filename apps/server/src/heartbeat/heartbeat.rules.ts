import type { StoredOperation } from '../operations/operation.ts';

/** What is told, and about which pass. */
export interface Beat {
  readonly kind: 'start' | 'success' | 'fail';
  readonly passId: string | undefined;
}

/** A pass that a person started over some sources says nothing of the rest. */
export function isPassOfEverything({
  params,
  parentId,
}: Pick<StoredOperation, 'params' | 'parentId'>): boolean {
  return params.sourceIds === undefined && parentId === undefined;
}

/**
 * While a pass runs, that it does; then how it ended. One that was cancelled or interrupted is as if it had not been: the
 * one before counts.
 * @param passes newest first
 */
export function beatOf(passes: readonly Pick<StoredOperation, 'id' | 'state'>[]): Beat {
  for (const { id, state } of passes) {
    if (state === 'queued' || state === 'running') return { kind: 'start', passId: id };
    if (state === 'succeeded') return { kind: 'success', passId: id };
    if (state === 'failed') return { kind: 'fail', passId: id };
  }
  return { kind: 'success', passId: undefined };
}
