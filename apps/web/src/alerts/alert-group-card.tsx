import { Badge, Button, Card, Divider, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { AlertItem } from './alert-item.tsx';
import { type AlertGroup, alertTitle, severityWords } from './alert-words.ts';

/** As many as can be read; the rest on request. */
const shownAtFirst = 5;

/** Alerts of one kind that have their reason in common. */
export function AlertGroupCard({ group }: { readonly group: AlertGroup }) {
  const [all, setAll] = useState(false);
  const { code, severity, cause, alerts } = group;
  const shown = all ? alerts : alerts.slice(0, shownAtFirst);
  const Icon = severity === 'info' ? IconInfoCircle : IconAlertTriangle;
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap">
          <ThemeIcon color={severityWords[severity].colour} variant="light" radius="xl">
            <Icon size={18} />
          </ThemeIcon>
          <Title order={3} size="h5">
            {alertTitle(code)}
            {cause !== undefined && `, because of ${cause.name}`}
          </Title>
          {alerts.length > 1 && <Badge color="gray">{alerts.length}</Badge>}
        </Group>
        {shown.map((alert, index) => (
          <Fragment key={alert.id}>
            {index > 0 && <Divider />}
            <AlertItem alert={alert} />
          </Fragment>
        ))}
        {shown.length < alerts.length && (
          <Group>
            <Button size="xs" variant="subtle" onClick={() => setAll(true)}>
              Show all {alerts.length}
            </Button>
          </Group>
        )}
        {code === 'source-unprotected' && alerts.length > 1 && (
          <Text size="xs" c="dimmed">
            A plan that catches them, or the label holdfast.enable=false on what needs no backup, closes
            these.
          </Text>
        )}
      </Stack>
    </Card>
  );
}
