import type { Operation } from '@holdfast/contracts';
import { Card, Group, Stack, Text } from '@mantine/core';
import { PageLink } from '../ui/link.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { kindWords, progressWords, subjectOf } from './operation-words.ts';

/** What an operation is made of: the backup of each source in a pass, for example. */
export function OperationParts({ parts }: { readonly parts: readonly Operation[] }) {
  return (
    <Card withBorder padding={0}>
      <Stack gap={0}>
        {parts.map((part) => (
          <Group key={part.id} px="lg" py="xs" justify="space-between" wrap="nowrap">
            <PageLink to="/operations/$id" params={{ id: part.id }} size="sm" truncate>
              {kindWords(part.kind)} of {subjectOf(part)}
            </PageLink>
            <Group gap="md" wrap="nowrap" style={{ flexShrink: 0 }}>
              <Text size="xs" c="dimmed" visibleFrom="sm" truncate maw={360}>
                {part.error?.detail ?? progressWords(part)}
              </Text>
              <StateBadge state={part.state} />
            </Group>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
