import type { OperationState } from '@holdfast/contracts';
import { Badge, Loader } from '@mantine/core';

const colours: Record<OperationState, string> = {
  queued: 'gray',
  running: 'blue',
  succeeded: 'teal',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'orange',
};

/** The state of an operation: by word first, by colour second. */
export function StateBadge({ state }: { readonly state: OperationState }) {
  return (
    <Badge
      color={colours[state]}
      leftSection={state === 'running' ? <Loader size={10} color="blue" aria-hidden /> : undefined}
    >
      {state}
    </Badge>
  );
}
