import { HoldfastError } from '@holdfast/runtime';
import { type Consistency, consistencies } from '../source.ts';

export const consistencyLabel = 'holdfast.volume.consistency';

/** Whoever has labels: a volume or a container. */
export interface Labelled {
  /** For a person: `the container web`. */
  readonly shown: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * How the files have to be read: the strictest that any of the labels asks for, else the default.
 * @throws HoldfastError `setting-invalid` naming the label, where it is, what it holds and what it accepts
 */
export function chooseConsistency(
  labelled: readonly Labelled[],
  fallback: Consistency = 'live',
): Consistency {
  const problem = consistencyProblem(labelled);
  if (problem !== undefined) {
    throw new HoldfastError('setting-invalid', problem, {
      hint: 'Correct the label, and make the container or volume again.',
    });
  }
  const chosen = labelled
    .map(({ labels }) => consistencies.findIndex((known) => known === labels[consistencyLabel]))
    .filter((index) => index >= 0);
  return chosen.length === 0 ? fallback : (consistencies[Math.max(...chosen)] ?? fallback);
}

/** What is wrong with the labels, in a sentence; undefined when nothing is. */
export function consistencyProblem(labelled: readonly Labelled[]): string | undefined {
  for (const { shown, labels } of labelled) {
    const held = labels[consistencyLabel];
    if (held === undefined || consistencies.some((known) => known === held)) continue;
    return `The label ${consistencyLabel} of ${shown} is ${JSON.stringify(held)}; it takes one of: ${consistencies.join(', ')}.`;
  }
  return undefined;
}
