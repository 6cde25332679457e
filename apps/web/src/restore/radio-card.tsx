import { Group, Radio, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface RadioCardProps {
  readonly value: string;
  readonly title: string;
  readonly children: ReactNode;
}

/** One of few ways that exclude each other, with what it means. */
export function RadioCard({ value, title, children }: RadioCardProps) {
  return (
    <Radio.Card value={value} p="md">
      <Group wrap="nowrap" align="flex-start">
        <Radio.Indicator mt={2} />
        <div>
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed">
            {children}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}
