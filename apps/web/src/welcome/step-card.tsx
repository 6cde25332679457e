import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowRight, IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Where the focus goes when another step is shown. */
export const stepTitleId = 'tour-step';

interface StepCardProps {
  readonly title: string;
  /** Why it matters. */
  readonly why: ReactNode;
  readonly done: boolean;
  readonly onNext: () => void;
  /** Of the button that goes on while the step is not done; without it, there is none. */
  readonly skip?: string;
  readonly children: ReactNode;
}

/** One step of the tour: why, what to do, and on to the next. */
export function StepCard({ title, why, done, onNext, skip, children }: StepCardProps) {
  return (
    <Card withBorder padding="lg" component="section" aria-label={title}>
      <Stack>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h3" id={stepTitleId} tabIndex={-1} style={{ scrollMarginTop: 80 }}>
            {title}
          </Title>
          {done && (
            <Badge color="teal" leftSection={<IconCheck size={12} />} style={{ flexShrink: 0 }}>
              done
            </Badge>
          )}
        </Group>
        <Text c="dimmed" maw={720}>
          {why}
        </Text>
        {children}
        <Group justify="flex-end">
          {done ? (
            <Button rightSection={<IconArrowRight size={16} />} onClick={onNext}>
              Go on
            </Button>
          ) : (
            skip !== undefined && (
              <Button variant="subtle" onClick={onNext}>
                {skip}
              </Button>
            )
          )}
        </Group>
      </Stack>
    </Card>
  );
}
