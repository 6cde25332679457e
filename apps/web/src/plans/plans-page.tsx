import type { Plan } from '@holdfast/contracts';
import { Badge, Text } from '@mantine/core';
import { IconCalendarTime, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMay } from '../session/use-may.ts';
import { Instant } from '../ui/instant.tsx';
import { ButtonLink, PageLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { formatInZone } from '../ui/zone.ts';
import { LastRun } from './last-run.tsx';
import { zoneHere } from './plan-draft.ts';
import { plansQuery } from './plans.queries.ts';

/** What is backed up when, where to, and for how long. */
export function PlansPage() {
  const query = useInfiniteQuery(plansQuery);
  return (
    <Page
      title="Plans"
      description="What is backed up when, where to, and for how long it is kept. The default plan takes what no other plan catches."
      actions={<NewPlan />}
    >
      <PagedTable
        label="Plans"
        query={query}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <Empty icon={IconCalendarTime} title="There is no plan" action={<NewPlan />}>
            Nothing is backed up by itself until there is one.
          </Empty>
        }
      />
    </Page>
  );
}

function NewPlan() {
  const may = useMay();
  if (!may('admin')) return null;
  return (
    <ButtonLink to="/plans/new" leftSection={<IconPlus size={16} />}>
      New plan
    </ButtonLink>
  );
}

const columns: readonly Column<Plan>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 'minmax(0, 1.1fr)',
    render: ({ id, name }) => (
      <PageLink to="/plans/$id" params={{ id }} fw={500}>
        {name}
      </PageLink>
    ),
  },
  {
    key: 'schedule',
    title: 'Schedule',
    width: 'minmax(0, 1.2fr)',
    wideOnly: true,
    render: ({ words, timeZone }) => (
      <>
        <Text size="sm" truncate title={words}>
          {words}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {timeZone}
        </Text>
      </>
    ),
  },
  {
    key: 'next',
    title: 'Next run',
    width: 'minmax(150px, 1.5fr)',
    render: (plan) => <NextRun plan={plan} />,
  },
  {
    key: 'catches',
    title: 'Sources',
    width: '70px',
    align: 'right',
    wideOnly: true,
    render: ({ catches }) => catches ?? '–',
  },
  {
    key: 'last',
    title: 'Last run',
    width: '200px',
    wideOnly: true,
    render: ({ id }) => <LastRun planId={id} />,
  },
];

/** By the clock of the plan, and beneath it by that of the viewer where it is another one. */
function NextRun({ plan: { nextRun, timeZone, enabled } }: { readonly plan: Plan }) {
  if (!enabled) return <Badge color="yellow">paused</Badge>;
  if (nextRun === undefined) return 'never';
  return (
    <>
      <Text size="sm" truncate>
        {formatInZone(nextRun, timeZone)}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        <Instant at={nextRun} />
        {timeZone !== zoneHere() && `, ${formatInZone(nextRun)} here`}
      </Text>
    </>
  );
}
