import type { PlanSchedule } from '@holdfast/contracts';
import { Card, NumberInput, Select, SimpleGrid, Stack, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { asProblem } from '../api/problem.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { NextRuns } from './next-runs.tsx';
import { type Field, fieldOf, type PlanDraft, zoneHere } from './plan-draft.ts';
import { planPreviewQuery } from './plans.queries.ts';
import { ScheduleFields } from './schedule-fields.tsx';

interface WhenCardProps {
  readonly plan: string | undefined;
  readonly draft: PlanDraft;
  /** What the server said when it was asked to store the plan. */
  readonly refused: (field: Field) => string | undefined;
  readonly onChange: (change: { schedule?: PlanSchedule; timeZone?: string; jitterSeconds?: number }) => void;
}

const zones = Intl.supportedValuesOf('timeZone');

/** When it runs, and beside it the next runs, before anything is stored. */
export function WhenCard({ plan, draft, refused, onChange }: WhenCardProps) {
  const { schedule, timeZone, jitterSeconds } = draft;
  const wanted = useMemo(
    () => ({ plan, schedule, timeZone, jitterSeconds }),
    [plan, schedule, timeZone, jitterSeconds],
  );
  const [asked] = useDebouncedValue(wanted, 300);
  const { data: preview, error, isPlaceholderData, refetch } = useQuery(planPreviewQuery(asked));
  const problem = error === null ? undefined : asProblem(error);
  const wrong = problem === undefined ? undefined : fieldOf(problem);
  const errorOf = (field: Field) =>
    problem !== undefined && wrong === field ? `${problem.message} ${problem.hint}` : refused(field);
  return (
    <Card withBorder padding="lg">
      <Title order={2} size="h4" mb="md">
        When
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack gap="sm">
          <ScheduleFields
            schedule={schedule}
            cron={preview?.cron}
            error={errorOf('schedule')}
            onChange={(changed) => onChange({ schedule: changed })}
          />
          <Select
            label="Time zone"
            description="The clock that the plan goes by, summer time included"
            searchable
            allowDeselect={false}
            limit={60}
            nothingFoundMessage="No zone has this name"
            data={[...new Set(['UTC', zoneHere(), timeZone, ...zones])]}
            value={timeZone}
            error={errorOf('timeZone')}
            onChange={(zone) => zone !== null && onChange({ timeZone: zone })}
          />
          <NumberInput
            label="Put each run off by up to"
            description="So that plans that are due together do not all begin together; always the same for one run"
            suffix=" s"
            min={0}
            max={86_400}
            allowDecimal={false}
            value={jitterSeconds}
            error={errorOf('jitterSeconds')}
            onChange={(value) => onChange({ jitterSeconds: Number(value) })}
          />
        </Stack>
        <Stack gap="sm">
          <Title order={3} size="h5">
            Next runs
          </Title>
          {preview !== undefined && problem === undefined ? (
            <NextRuns preview={preview} stale={isPlaceholderData || asked !== wanted} />
          ) : problem === undefined ? (
            <Loading />
          ) : wrong === undefined ? (
            <Failed error={problem} retry={() => void refetch()} />
          ) : (
            'They are shown as soon as the schedule can be understood.'
          )}
        </Stack>
      </SimpleGrid>
    </Card>
  );
}
