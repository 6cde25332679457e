import { type Destination, destinationSchema } from '@holdfast/contracts';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { tellProblem } from '../ui/tell-problem.tsx';
import { destinationsQuery } from './destinations.queries.ts';

/** Backups of plans that name no destination go to the default. */
export function MakeDefaultButton({ destination }: { readonly destination: Destination }) {
  const may = useMay();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      call(destinationSchema, `/v1/destinations/${segment(destination.id)}`, {
        method: 'PATCH',
        body: { isDefault: true },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: destinationsQuery.queryKey }),
    onError: tellProblem,
  });
  if (!may('admin')) return null;
  return (
    <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate()}>
      Make it the default
    </Button>
  );
}
