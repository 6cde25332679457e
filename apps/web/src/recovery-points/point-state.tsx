import type { RecoveryPoint } from '@holdfast/contracts';
import { Badge } from '@mantine/core';

/** Whether everything of the environment is in it. */
export function PointState({ state }: Pick<RecoveryPoint, 'state'>) {
  return <Badge color={state === 'complete' ? 'teal' : 'orange'}>{state}</Badge>;
}

/** `3 sources`, `2 of 3 sources`: what of a point can still be restored. */
export function membersWords({ members }: Pick<RecoveryPoint, 'members'>): string {
  const held = members.filter(({ snapshotId }) => snapshotId !== undefined).length;
  const noun = members.length === 1 ? 'source' : 'sources';
  return held === members.length ? `${held} ${noun}` : `${held} of ${members.length} ${noun}`;
}

/** How much of a point was restored once, compared and found equal. */
export function provenWords({ members }: Pick<RecoveryPoint, 'members'>): string {
  const held = members.filter(({ snapshotId }) => snapshotId !== undefined);
  const proven = held.filter((member) => member.proven === true).length;
  if (proven === 0) return 'not yet';
  return proven === held.length ? 'all' : `${proven} of ${held.length}`;
}
