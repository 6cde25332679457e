import { HoldfastError } from '@holdfast/runtime';
import type { State } from './state.ts';

/** State in PostgreSQL, of which no self-backup can be made yet: whoever asks for one is told. */
export const unsupportedState: State = { read: refuse, prepare: refuse, change: refuse };

function refuse(): Promise<never> {
  return Promise.reject(
    new HoldfastError('invalid-input', 'Holdfast cannot back up or restore its state in PostgreSQL yet.', {
      hint: 'Back that database up as a source, or with pg_dump.',
    }),
  );
}
