import { operationSchema, type Plan, planSchema } from '@holdfast/contracts';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { RemoveByTyping } from '../ui/remove-by-typing.tsx';
import { tellProblem } from '../ui/tell-problem.tsx';
import { plansChanged } from './plans.queries.ts';

/** What can be done with a plan as it is stored. */
export function PlanActions({ plan }: { readonly plan: Plan }) {
  const may = useMay();
  return (
    <>
      {may('operator') && <RunNow plan={plan} />}
      {may('admin') && <PauseOrResume plan={plan} />}
      {may('admin') && !plan.isDefault && <Remove plan={plan} />}
    </>
  );
}

function RunNow({ plan }: { readonly plan: Plan }) {
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: () => call(operationSchema, `/v1/plans/${segment(plan.id)}/run`, { method: 'POST' }),
    onSuccess: ({ id }) => navigate({ to: '/operations/$id', params: { id } }),
    onError: tellProblem,
  });
  return (
    <Button leftSection={<IconPlayerPlay size={16} />} loading={run.isPending} onClick={() => run.mutate()}>
      Run now
    </Button>
  );
}

function PauseOrResume({ plan }: { readonly plan: Plan }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      call(planSchema, `/v1/plans/${segment(plan.id)}`, {
        method: 'PATCH',
        body: { enabled: !plan.enabled },
      }),
    onSuccess: () => plansChanged(client),
    onError: tellProblem,
  });
  return (
    <Button
      variant="default"
      leftSection={plan.enabled ? <IconPlayerPause size={16} /> : <IconPlayerTrackNext size={16} />}
      loading={change.isPending}
      onClick={() => change.mutate()}
    >
      {plan.enabled ? 'Pause' : 'Resume'}
    </Button>
  );
}

function Remove({ plan }: { readonly plan: Plan }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" c="red" leftSection={<IconTrash size={16} />} onClick={open}>
        Remove
      </Button>
      <RemoveByTyping
        opened={opened}
        title={`Remove the plan ${plan.name}`}
        name={plan.name}
        action="Remove the plan"
        path={`/v1/plans/${segment(plan.id)}`}
        onRemoved={async () => {
          await navigate({ to: '/plans' });
          await plansChanged(client);
        }}
        onClose={close}
      >
        <Text size="sm">
          It runs no more. Its snapshots stay, and are kept by the plan that catches its sources from then on:
          the default plan, unless another one names them.
        </Text>
      </RemoveByTyping>
    </>
  );
}
