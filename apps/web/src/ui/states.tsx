import { Alert, Button, Center, Group, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconPlugConnectedX } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';

/** Grey bars where rows will be: nothing jumps when they come. */
export function Loading({ rows = 5 }: { readonly rows?: number }) {
  return (
    <Stack gap="sm" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={28} radius="sm" />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  readonly icon: ComponentType<{ size?: number | string }>;
  readonly title: string;
  readonly children: ReactNode;
  /** What to do next; an empty page without it is a dead end. */
  readonly action?: ReactNode;
}

/** Says why there is nothing, and what to do next. */
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <Center py="xl">
      <Stack align="center" gap="xs" maw={460}>
        <ThemeIcon size={56} radius="xl" variant="light">
          <Icon size={28} />
        </ThemeIcon>
        <Title order={3} ta="center">
          {title}
        </Title>
        <Text c="dimmed" ta="center">
          {children}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** What went wrong and what to do next, in the server's own words. */
export function Failed({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { status, code, message, hint, retryAt } = asProblem(error);
  const [icon, title] =
    status === 403
      ? [<IconLock key="icon" />, 'Your role does not allow this']
      : status === 0
        ? [<IconPlugConnectedX key="icon" />, 'No connection to the server']
        : [<IconAlertTriangle key="icon" />, 'That did not work'];
  return (
    <Alert color={status === 403 ? 'gray' : 'red'} icon={icon} title={title} role="alert">
      <Stack gap="xs">
        <Text size="sm">{message}</Text>
        <Text size="sm" fw={500}>
          {retryAt === undefined ? hint : `Try again after ${timeOfDay.format(retryAt)}.`}
        </Text>
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {code}
          </Text>
          {retry !== undefined && (
            <Button size="xs" variant="light" color="red" onClick={retry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
