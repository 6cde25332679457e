import type { Plan, Selector } from '@holdfast/contracts';
import { count } from '@holdfast/contracts/quantities';
import { Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed, Loading } from '../ui/states.tsx';
import { Coverage } from './coverage.tsx';
import { NextRuns } from './next-runs.tsx';
import { planPreviewQuery } from './plans.queries.ts';
import { RetentionPreview } from './retention-preview.tsx';

/** A plan for who may look at it and not change it. */
export function PlanFacts({ plan }: { readonly plan: Plan }) {
  const { data: preview, error, refetch } = useQuery(planPreviewQuery({ plan: plan.id }));
  const { destinations, retention, jitterSeconds } = plan;
  return (
    <Stack>
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Part title="When">
          {preview === undefined ? <Loading /> : <NextRuns preview={preview} />}
          {jitterSeconds > 0 && <Text size="sm">Each run is put off by up to {jitterSeconds} s.</Text>}
        </Part>
        <Part title="What">
          <Text size="sm">{sentence(selectorWords(plan.selector))}</Text>
          {preview === undefined ? <Loading /> : <Coverage sources={preview.sources} />}
        </Part>
        <Part title="Where to, and for how long">
          <Text size="sm">
            To {destinations.length === 0 ? 'the default destination' : destinations.join(', ')}. Kept is
            everything of the last {retention.recentHours} h, and the newest snapshot of each of{' '}
            {count(retention.daily, 'day')}, {count(retention.weekly, 'week')} and{' '}
            {count(retention.monthly, 'month')}.
          </Text>
        </Part>
        <Part title="What would go">
          <RetentionPreview plan={plan.id} policy={retention} />
        </Part>
      </SimpleGrid>
    </Stack>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Card>
  );
}

/** `environments shop, blog-*; except kinds redis`. */
function selectorWords({ everything, exclude, ...named }: Selector): string {
  const words = everything ? ['everything'] : listsInWords(named);
  const except = listsInWords(exclude);
  const caught = words.length === 0 ? 'Nothing by name; only what carries its label.' : words.join(', ');
  return except.length === 0 ? caught : `${caught}; except ${except.join(', ')}`;
}

function listsInWords({ environments, sources, kinds }: Selector['exclude']): string[] {
  return Object.entries({ environments, sources, kinds }).flatMap(([kind, names]) =>
    names.length === 0 ? [] : [`${kind} ${names.join(', ')}`],
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
