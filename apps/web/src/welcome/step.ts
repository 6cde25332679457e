/** What each step of the tour is told. */
export interface StepProps {
  readonly done: boolean;
  /** To the next step. */
  readonly onNext: () => void;
}
