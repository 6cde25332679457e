import { discoverySchema } from '@holdfast/contracts';
import { Button, type ButtonProps } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { tellProblem } from '../ui/tell-problem.tsx';
import { sourcesChanged } from './sources.queries.ts';

/** Looks around for sources at once, instead of in a few minutes. */
export function LookAgain(props: Pick<ButtonProps, 'variant'>) {
  const may = useMay();
  const client = useQueryClient();
  const look = useMutation({
    mutationFn: () => call(discoverySchema, '/v1/discovery', { method: 'POST' }),
    onSuccess: () => sourcesChanged(client),
    onError: tellProblem,
  });
  if (!may('operator')) return null;
  return (
    <Button
      leftSection={<IconRefresh size={16} />}
      loading={look.isPending}
      onClick={() => look.mutate()}
      {...props}
    >
      Look again
    </Button>
  );
}
