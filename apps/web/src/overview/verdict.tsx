import type { Overview } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import { Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconShieldCheck, IconShieldExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { openAlertsQuery } from '../alerts/alerts.queries.ts';
import { isWanted } from '../environments/environment-columns.tsx';
import { PageLink } from '../ui/link.tsx';

/** The answer to "is all well?" in one sentence, and the four figures behind it. */
export function Verdict({ overview }: { readonly overview: Overview }) {
  const { data: alerts = [] } = useQuery(openAlertsQuery);
  const wanted = overview.environments.filter(isWanted);
  const total = (pick: (environment: Overview['environments'][number]) => number) =>
    wanted.reduce((sum, environment) => sum + pick(environment), 0);
  const sources = total((environment) => environment.protected + environment.unprotected);
  const unprotected = total((environment) => environment.unprotected);
  const overdue = wanted.filter((environment) => environment.overdue).length;
  const proven = wanted.filter((environment) => environment.lastProven !== undefined).length;
  const slowest = Math.max(0, ...wanted.map(({ recoveryMs = 0 }) => recoveryMs));
  const well = unprotected === 0 && overdue === 0 && alerts.length === 0;
  return (
    <Card withBorder padding="lg">
      <Stack gap="lg">
        <Group gap="md" wrap="nowrap">
          <ThemeIcon size={52} radius="xl" color={well ? 'teal' : 'orange'} variant="light">
            {well ? <IconShieldCheck size={30} /> : <IconShieldExclamation size={30} />}
          </ThemeIcon>
          <div>
            <Title order={2} size="h3">
              {well
                ? 'Everything that was found is protected'
                : sentence({ unprotected, overdue, alerts: alerts.length })}
            </Title>
            <Text c="dimmed">
              {well ? (
                'No backup is overdue, and no alert is open.'
              ) : (
                <PageLink to="/alerts">See what needs you, and what to do</PageLink>
              )}
            </Text>
          </div>
        </Group>
        <SimpleGrid cols={{ base: 2, md: 4 }}>
          <Figure
            title="Protected sources"
            value={`${sources - unprotected} of ${sources}`}
            bad={unprotected > 0}
          />
          <Figure title="Environments overdue" value={String(overdue)} bad={overdue > 0} />
          <Figure
            title="Proven to restore"
            value={`${proven} of ${wanted.length}`}
            bad={proven < wanted.length}
          />
          <Figure
            title="Slowest measured recovery"
            value={slowest === 0 ? 'not measured' : formatDuration(slowest)}
          />
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

function sentence(numbers: { unprotected: number; overdue: number; alerts: number }): string {
  const parts = [
    [numbers.unprotected, 'source is not protected', 'sources are not protected'],
    [numbers.overdue, 'environment is overdue', 'environments are overdue'],
    [numbers.alerts, 'alert is open', 'alerts are open'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => `${number} ${number === 1 ? one : many}`)
    .join(', ');
}

interface FigureProps {
  readonly title: string;
  readonly value: string;
  readonly bad?: boolean;
}

function Figure({ title, value, bad = false }: FigureProps) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <Text fz={26} fw={700} lh={1.2} {...(bad ? { c: 'orange' } : {})}>
        {value}
      </Text>
    </div>
  );
}
