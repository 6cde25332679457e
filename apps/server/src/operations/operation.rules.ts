import type { OperationState } from '@holdfast/contracts';

/** Which state may follow which. Only a running operation can succeed or fail; the last four are final. */
export const transitions: Readonly<Record<OperationState, readonly OperationState[]>> = {
  queued: ['running', 'cancelled', 'interrupted'],
  running: ['succeeded', 'failed', 'cancelled', 'interrupted'],
  succeeded: [],
  failed: [],
  cancelled: [],
  interrupted: [],
};

export type FinalState = 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export function isFinal(state: OperationState): boolean {
  return transitions[state].length === 0;
}

/** How often a pass that dies with its process is begun again before a person has to look. */
export const maximumAttempts = 3;
