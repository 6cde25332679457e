import type { Proof, Snapshot } from '@holdfast/contracts';
import { count } from '@holdfast/contracts/quantities';
import { Badge } from '@mantine/core';

export function SnapshotState({ state }: Pick<Snapshot, 'state'>) {
  return (
    <Badge color={state === 'good' ? 'teal' : 'orange'} variant="light">
      {state}
    </Badge>
  );
}

/** `12 tables, 3 contents hashed`: what was compared after a restore, in short. */
export function comparedWords({ compared, hashes }: Pick<Proof, 'compared' | 'hashes'>): string {
  const words = [count(Object.keys(compared).length, 'figure')];
  if (hashes > 0) words.push(`${count(hashes, 'content')} hashed`);
  return words.join(', ');
}
