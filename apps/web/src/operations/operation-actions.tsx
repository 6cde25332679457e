import { type Operation, operationSchema } from '@holdfast/contracts';
import { Button } from '@mantine/core';
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { tellProblem } from '../ui/tell-problem.tsx';
import { hasEnded } from './operation-words.ts';
import { operationQuery } from './operations.queries.ts';
import { repetitionOf } from './repetition.ts';

/** What can be done with an operation: end it while it runs, have it done again where it did not succeed. */
export function OperationActions({ operation }: { readonly operation: Operation }) {
  const may = useMay();
  if (!hasEnded(operation)) return may('operator') && <Cancel id={operation.id} />;
  const repetition = repetitionOf(operation);
  if (repetition === undefined || !may(repetition.role)) return null;
  return <Repeat path={repetition.path} body={repetition.body} />;
}

function Cancel({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => call(operationSchema, `/v1/operations/${segment(id)}/cancel`, { method: 'POST' }),
    onSuccess: (answer) => client.setQueryData(operationQuery(id).queryKey, answer),
    onError: tellProblem,
  });
  return (
    <Button
      variant="light"
      color="red"
      leftSection={<IconPlayerStop size={16} />}
      loading={cancel.isPending}
      onClick={() => cancel.mutate()}
    >
      Cancel
    </Button>
  );
}

function Repeat({ path, body }: { readonly path: string; readonly body: unknown }) {
  const navigate = useNavigate();
  const repeat = useMutation({
    mutationFn: () => call(operationSchema, path, { method: 'POST', body }),
    onSuccess: ({ id }) => navigate({ to: '/operations/$id', params: { id } }),
    onError: tellProblem,
  });
  return (
    <Button
      leftSection={<IconRefresh size={16} />}
      loading={repeat.isPending}
      onClick={() => repeat.mutate()}
    >
      Try again
    </Button>
  );
}
