import { type Destination, probeResultSchema } from '@holdfast/contracts';
import { Button, type ButtonProps } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { tellProblem } from '../ui/tell-problem.tsx';
import { destinationsQuery } from './destinations.queries.ts';

interface CheckButtonProps extends ButtonProps {
  readonly destination: Destination;
}

/** Tries whether a destination works now; its words appear where its last check is shown. */
export function CheckButton({ destination, children, ...rest }: CheckButtonProps) {
  const may = useMay();
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: () =>
      call(probeResultSchema, `/v1/destinations/${segment(destination.id)}/probe`, { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: destinationsQuery.queryKey }),
    onError: tellProblem,
  });
  if (!may('admin')) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={check.isPending}
      onClick={() => check.mutate()}
      {...rest}
    >
      {children}
    </Button>
  );
}
