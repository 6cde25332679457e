import { type Plan, planSchema } from '@holdfast/contracts';
import { Alert, Button, Card, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call, segment } from '../api/call.ts';
import { asProblem } from '../api/problem.ts';
import { ButtonLink } from '../ui/link.tsx';
import { nameProblem } from '../ui/name-problem.ts';
import { Failed } from '../ui/states.tsx';
import { KeptCard } from './kept-card.tsx';
import {
  additionOf,
  changesOf,
  draftOf,
  type Field,
  fieldOf,
  newDraft,
  type PlanDraft,
} from './plan-draft.ts';
import { plansChanged } from './plans.queries.ts';
import { WhatCard } from './what-card.tsx';
import { WhenCard } from './when-card.tsx';

/** Makes a plan, or changes one. Each part shows beside itself what it would do. */
export function PlanEditor({ plan }: { readonly plan?: Plan }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [before] = useState(() => (plan === undefined ? newDraft() : draftOf(plan)));
  const [draft, setDraft] = useState(before);
  const [enabled, setEnabled] = useState(true);
  const [tried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      plan === undefined
        ? call(planSchema, '/v1/plans', { method: 'POST', body: additionOf(draft, { enabled }) })
        : call(planSchema, `/v1/plans/${segment(plan.id)}`, {
            method: 'PATCH',
            body: changesOf(before, draft),
          }),
    onSuccess: async () => {
      void plansChanged(client);
      await navigate({ to: '/plans' });
    },
  });
  const problem = save.error === null ? undefined : asProblem(save.error);
  const refusedField = problem === undefined ? undefined : fieldOf(problem);
  const refused = (field: Field) =>
    problem !== undefined && refusedField === field ? `${problem.message} ${problem.hint}` : undefined;
  const change = (changed: Partial<PlanDraft>) => {
    save.reset();
    setDraft((current) => ({ ...current, ...changed }));
  };
  const wrongName = tried ? nameProblem(draft.name) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem(draft.name) === undefined) save.mutate();
    else document.getElementById('plan-name')?.focus();
  };
  const unchanged = plan !== undefined && Object.keys(changesOf(before, draft)).length === 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {plan?.followsSettings === true && (
          <Alert color="blue" title="This plan follows the server's variables">
            HOLDFAST_BACKUP_CRON, HOLDFAST_TIME_ZONE and HOLDFAST_RETENTION_* shape it until a change is saved
            here; from then on it is as it was saved.
          </Alert>
        )}
        {plan?.isDefault !== true && (
          <Card withBorder padding="lg">
            <Group align="flex-end" gap="xl">
              <TextInput
                id="plan-name"
                label="Name"
                value={draft.name}
                error={wrongName ?? refused('name')}
                autoComplete="off"
                spellCheck={false}
                maxLength={128}
                w={360}
                maw="100%"
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              {plan === undefined && (
                <Switch
                  label="Begin paused"
                  mb={8}
                  checked={!enabled}
                  onChange={(event) => setEnabled(!event.currentTarget.checked)}
                />
              )}
            </Group>
          </Card>
        )}
        <WhenCard plan={plan?.id} draft={draft} refused={refused} onChange={change} />
        <WhatCard
          plan={plan?.id}
          isDefault={plan?.isDefault ?? false}
          selector={draft.selector}
          refused={refused('selector')}
          onChange={(selector) => change({ selector })}
        />
        <KeptCard plan={plan?.id} draft={draft} onChange={change} />
        {problem !== undefined && <Failed error={problem} />}
        <Group justify="flex-end">
          <ButtonLink to="/plans" variant="default">
            Back to the plans
          </ButtonLink>
          <Button type="submit" loading={save.isPending} disabled={unchanged}>
            {plan === undefined ? 'Make the plan' : 'Save the changes'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
