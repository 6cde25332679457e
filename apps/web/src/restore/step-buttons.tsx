import { Button, Group } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';

interface StepButtonsProps {
  readonly onBack: () => void;
  readonly onNext: () => void;
  readonly disabled?: boolean;
}

export function StepButtons({ onBack, onNext, disabled = false }: StepButtonsProps) {
  return (
    <Group justify="space-between">
      <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>
        Back
      </Button>
      <Button rightSection={<IconArrowRight size={16} />} disabled={disabled} onClick={onNext}>
        Continue
      </Button>
    </Group>
  );
}
