import type { RetentionPolicy } from '@holdfast/contracts';
import { Card, MultiSelect, NativeSelect, NumberInput, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { PlanDraft } from './plan-draft.ts';
import { destinationNamesQuery } from './plans.queries.ts';
import { RetentionPreview } from './retention-preview.tsx';

interface KeptCardProps {
  readonly plan: string | undefined;
  readonly draft: PlanDraft;
  readonly onChange: (change: Partial<PlanDraft>) => void;
}

const periods: readonly { key: keyof RetentionPolicy; label: string }[] = [
  { key: 'recentHours', label: 'Recent hours' },
  { key: 'daily', label: 'Days' },
  { key: 'weekly', label: 'Weeks' },
  { key: 'monthly', label: 'Months' },
];

const consistencies = [
  { value: '', label: 'As set for the server' },
  { value: 'live', label: 'Stay as they are (live)' },
  { value: 'pause', label: 'Are paused for a moment' },
  { value: 'stop', label: 'Are stopped and started again' },
] as const;

/** Where to and for how long, and beside it what would go. */
export function KeptCard({ plan, draft, onChange }: KeptCardProps) {
  const { data: destinations = [] } = useQuery(destinationNamesQuery);
  const { retention } = draft;
  const [asked] = useDebouncedValue(retention, 300);
  const usual = destinations.find(({ isDefault }) => isDefault)?.name;
  return (
    <Card withBorder padding="lg">
      <Title order={2} size="h4" mb="md">
        Where to, and for how long
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack gap="sm">
          <MultiSelect
            label="Destinations"
            description={`None: the default one${usual === undefined ? '' : `, ${usual}`}`}
            data={[...new Set([...destinations.map(({ name }) => name), ...draft.destinations])]}
            value={[...draft.destinations]}
            onChange={(names) => onChange({ destinations: names })}
          />
          <Text size="sm" id="kept">
            <b>Kept</b> is everything of the recent hours, and the newest snapshot of each of so many days,
            weeks and months.
          </Text>
          <SimpleGrid cols={2} spacing="sm" role="group" aria-labelledby="kept">
            {periods.map(({ key, label }) => (
              <NumberInput
                key={key}
                label={label}
                min={0}
                max={1_000_000}
                allowDecimal={false}
                value={retention[key]}
                onChange={(value) => onChange({ retention: { ...retention, [key]: Number(value) } })}
              />
            ))}
          </SimpleGrid>
          <NativeSelect
            label="While their files are read, containers"
            description="A label on the container or volume decides before this does"
            data={[...consistencies]}
            value={draft.consistency ?? ''}
            onChange={({ currentTarget: { value } }) =>
              onChange({
                consistency: value === 'live' || value === 'pause' || value === 'stop' ? value : null,
              })
            }
          />
        </Stack>
        <Stack gap="sm">
          <Title order={3} size="h5">
            What would go
          </Title>
          {plan === undefined ? (
            <Text size="sm" c="dimmed">
              Nothing goes when the plan is made. Once it is stored, this shows which snapshots its retention
              would remove, and why. The last good snapshot and the last proven one of a source always stay.
            </Text>
          ) : (
            <RetentionPreview plan={plan} policy={asked} stale={asked !== retention} />
          )}
        </Stack>
      </SimpleGrid>
    </Card>
  );
}
