import { Group, Title } from '@mantine/core';
import { IconCircleCheck, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface VerifiedTitleProps {
  /** Something was counted and compared. */
  readonly verified: boolean;
  readonly children: ReactNode;
}

export function VerifiedTitle({ verified, children }: VerifiedTitleProps) {
  const Icon = verified ? IconShieldCheck : IconCircleCheck;
  return (
    <Group gap="xs" wrap="nowrap">
      <Icon size={24} color="var(--mantine-color-teal-6)" style={{ flexShrink: 0 }} aria-hidden />
      <Title order={2} size="h4">
        {children}
        {verified ? ', and verified' : ''}
      </Title>
    </Group>
  );
}
