import { type Operation, operationSchema, planSchema, type Source } from '@holdfast/contracts';
import { Alert, Badge, Button, Card, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { IconDatabase, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, segment } from '../api/call.ts';
import { WatchOperation } from '../operations/watch-operation.tsx';
import { defaultPlanQuery, plansChanged } from '../plans/plans.queries.ts';
import { useMay } from '../session/use-may.ts';
import { LookAgain } from '../sources/look-again.tsx';
import { SourceState } from '../sources/source-state.tsx';
import { Instant } from '../ui/instant.tsx';
import { ButtonLink } from '../ui/link.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { tellProblem } from '../ui/tell-problem.tsx';
import type { StepProps } from './step.ts';
import { StepCard } from './step-card.tsx';
import { foundQuery, newestQuery, tourMoved } from './tour-progress.ts';

/** What was found, protected with one click; the first backup runs before the eyes. */
export function BackupStep({ done, onNext }: StepProps) {
  const found = useQuery(foundQuery);
  const newest = useQuery(newestQuery('backup'));
  const client = useQueryClient();
  const [started, setStarted] = useState<string>();
  const watched = started ?? newest.data?.id;
  return (
    <StepCard
      title="Protect what was found"
      why="Holdfast looks around by itself: databases and volumes of containers are found, today's and those that come. One plan catches them all."
      done={done}
      onNext={onNext}
    >
      {found.data === undefined ? (
        found.error === null ? (
          <Loading rows={4} />
        ) : (
          <Failed error={found.error} retry={() => void found.refetch()} />
        )
      ) : (
        <>
          {found.data.warnings.map((warning) => (
            <Alert key={warning} color="orange">
              {warning}
            </Alert>
          ))}
          {found.data.items.length === 0 ? (
            <NothingFound />
          ) : (
            <>
              <Found sources={found.data.items} />
              <Protect again={watched !== undefined} onStarted={({ id }) => setStarted(id)} />
            </>
          )}
        </>
      )}
      {watched !== undefined && (
        <WatchOperation key={watched} id={watched} onEnded={() => void tourMoved(client)} />
      )}
    </StepCard>
  );
}

function Found({ sources }: { readonly sources: readonly Source[] }) {
  return (
    <Card withBorder padding={0}>
      <ScrollArea.Autosize
        mah={280}
        type="auto"
        viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'What was found' }}
      >
        {sources.map((source) => (
          <Group key={source.id} px="md" py={8} justify="space-between" wrap="nowrap">
            <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
              <Text size="sm" fw={500} truncate>
                {source.name}
              </Text>
              <Badge color="gray" visibleFrom="xs">
                {source.kind}
              </Badge>
            </Group>
            <SourceState source={source} />
          </Group>
        ))}
      </ScrollArea.Autosize>
    </Card>
  );
}

/** The default plan in words, and the one click. */
function Protect({ again, onStarted }: { again: boolean; onStarted: (operation: Operation) => void }) {
  const may = useMay();
  const client = useQueryClient();
  const { data: plan, error, refetch } = useQuery(defaultPlanQuery);
  const protect = useMutation({
    mutationFn: async () => {
      if (plan?.enabled === false) {
        await call(planSchema, `/v1/plans/${segment(plan.id)}`, { method: 'PATCH', body: { enabled: true } });
      }
      return call(operationSchema, '/v1/backups', { method: 'POST', body: { all: true, names: [] } });
    },
    onSuccess: async (operation) => {
      onStarted(operation);
      await plansChanged(client);
    },
    onError: tellProblem,
  });
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (plan === undefined) return <Loading rows={1} />;
  if (plan === null) return <Alert color="red">There is no default plan. Make one under Plans.</Alert>;
  const { daily, weekly, monthly } = plan.retention;
  return (
    <Stack gap="sm">
      <Text size="sm">
        The plan <b>{plan.name}</b> backs up{' '}
        {plan.selector.everything ? 'everything that no other plan does' : 'them'}: {plan.words}, by the clock
        of {plan.timeZone}
        {plan.nextRun !== undefined && (
          <>
            , next <Instant at={plan.nextRun} />
          </>
        )}
        . It keeps {daily} daily, {weekly} weekly and {monthly} monthly snapshots.
        {!plan.enabled && ' It is paused now.'}
      </Text>
      {may('operator') && (
        <Group>
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            variant={again ? 'default' : 'filled'}
            loading={protect.isPending}
            onClick={() => protect.mutate()}
          >
            {again ? 'Back everything up again' : 'Protect it all: back everything up now'}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function NothingFound() {
  return (
    <Empty
      icon={IconDatabase}
      title="Nothing was found yet"
      action={
        <Group>
          <LookAgain />
          <ButtonLink to="/sources" variant="default">
            To the sources
          </ButtonLink>
        </Group>
      }
    >
      Start a container with a database or a volume, then look again. A folder or a database elsewhere is
      declared as a source by hand.
    </Empty>
  );
}
