import { snapshotSchema } from '@holdfast/contracts';
import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { tellProblem } from '../ui/tell-problem.tsx';
import { snapshotQuery } from './snapshot.queries.ts';

/** Says that a suspicious snapshot is good after all. */
export function ConfirmSnapshot({ id }: { readonly id: string }) {
  const may = useMay();
  const client = useQueryClient();
  const confirm = useMutation({
    mutationFn: () => call(snapshotSchema, `/v1/snapshots/${segment(id)}/confirm`, { method: 'POST' }),
    onSuccess: (answer) => {
      client.setQueryData(snapshotQuery(id).queryKey, answer);
      void client.invalidateQueries({ queryKey: ['snapshots'] });
    },
    onError: tellProblem,
  });
  if (!may('admin')) return null;
  return (
    <Button
      color="orange"
      variant="filled"
      size="xs"
      leftSection={<IconCheck size={14} />}
      loading={confirm.isPending}
      onClick={() => confirm.mutate()}
    >
      It is good after all
    </Button>
  );
}
