import { severities } from '@holdfast/contracts';
import { Group, Stack, Text, Title } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { AlertGroupCard } from './alert-group-card.tsx';
import { groupAlerts, severityWords } from './alert-words.ts';
import { openAlertsQuery } from './alerts.queries.ts';

/** The most urgent first. */
export function OpenAlerts() {
  const { data: alerts, error, refetch } = useQuery(openAlertsQuery);
  if (alerts === undefined) {
    return error === null ? <Loading /> : <Failed error={error} retry={() => void refetch()} />;
  }
  if (alerts.length === 0) {
    return (
      <Empty icon={IconShieldCheck} title="Nothing needs you">
        No backup failed or is overdue, every destination can be reached, and every drill that ran went well.
      </Empty>
    );
  }
  const groups = groupAlerts(alerts);
  return (
    <Stack gap="xl">
      {severities.toReversed().map((severity) => {
        const members = groups.filter((group) => group.severity === severity);
        const { title, why } = severityWords[severity];
        return members.length === 0 ? null : (
          <Stack key={severity} component="section" aria-label={title}>
            <Group gap="sm" align="baseline">
              <Title order={2} size="h4">
                {title}
              </Title>
              <Text size="sm" c="dimmed">
                {why}
              </Text>
            </Group>
            {members.map((group) => (
              <AlertGroupCard key={group.key} group={group} />
            ))}
          </Stack>
        );
      })}
    </Stack>
  );
}
