import { Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../session/use-may.ts';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { LastRun } from './last-run.tsx';
import { PlanActions } from './plan-actions.tsx';
import { PlanEditor } from './plan-editor.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { planQuery } from './plans.queries.ts';

const route = getRouteApi('/plans/$id');

/** One plan: the form for who may change it, the facts for everybody else. */
export function PlanPage() {
  const { id } = route.useParams();
  const may = useMay();
  const { data: plan, error, refetch } = useQuery(planQuery(id));
  if (plan === undefined) {
    return (
      <Page title="Plan">
        {error === null ? <Loading rows={8} /> : <Failed error={error} retry={() => void refetch()} />}
      </Page>
    );
  }
  return (
    <Page title={plan.name} actions={<PlanActions plan={plan} />}>
      <Group gap="xs">
        {!plan.enabled && <Badge color="yellow">paused</Badge>}
        <Text component="div" size="sm" c="dimmed">
          Last run: <LastRun planId={plan.id} />
        </Text>
      </Group>
      {may('admin') ? <PlanEditor key={plan.id} plan={plan} /> : <PlanFacts plan={plan} />}
    </Page>
  );
}
