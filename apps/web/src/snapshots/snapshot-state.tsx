import type { Snapshot } from '@holdfast/contracts';
import { Badge } from '@mantine/core';

export function SnapshotState({ state }: Pick<Snapshot, 'state'>) {
  return <Badge color={state === 'good' ? 'teal' : 'orange'}>{state}</Badge>;
}
