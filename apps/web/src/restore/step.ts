import type { CompletedSearch, RestoreChoice } from './restore-choice.ts';
import type { RestoreSearch } from './restore-search.ts';

/** Writes what was chosen into the address. `replace`: no step of its own for the way back. */
export type Go = (next: RestoreSearch, options?: { readonly replace?: boolean }) => void;

export interface StepProps {
  readonly search: CompletedSearch;
  readonly go: Go;
}

export interface ChosenStepProps extends StepProps {
  readonly choice: RestoreChoice;
}
