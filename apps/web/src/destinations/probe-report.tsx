import type { LastProbe, ProbeResult } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import { Alert, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';

type Step = ProbeResult['steps'][number];

const words: Record<Step['step'], { readonly did: string; readonly failed: string }> = {
  connect: { did: 'The storage was reached', failed: 'Reaching the storage failed' },
  write: { did: 'A small file was written', failed: 'Writing a small file failed' },
  read: { did: 'It was read back the same', failed: 'Reading it back failed' },
  list: { did: 'It was found in the list', failed: 'Listing files failed' },
  delete: { did: 'It was deleted again', failed: 'Deleting it again failed' },
};

/** What a probe tried step by step, what stood in its way, and what to do next. */
export function ProbeReport({ probe }: { readonly probe: ProbeResult | LastProbe }) {
  const { steps = [], error, warnings = [] } = probe;
  return (
    <Stack gap="sm">
      {steps.length > 0 && (
        <List spacing={4} size="sm" center listStyleType="none" aria-label="Steps of the check">
          {steps.map((step) => (
            <List.Item key={step.step} icon={<Mark ok={step.ok} />}>
              <Group gap={6}>
                <Text span size="sm">
                  {step.ok ? words[step.step].did : words[step.step].failed}
                </Text>
                <Text span size="xs" c="dimmed">
                  {formatDuration(step.durationMs)}
                </Text>
              </Group>
            </List.Item>
          ))}
        </List>
      )}
      {error !== undefined && (
        <Alert color="red" icon={<IconAlertTriangle />} title={error.detail} role="alert">
          <Stack gap={4}>
            <Text size="sm" fw={500}>
              {error.hint}
            </Text>
            <Text size="xs" c="dimmed">
              {error.code}
            </Text>
          </Stack>
        </Alert>
      )}
      {warnings.map((warning) => (
        <Alert key={warning} color="orange" icon={<IconAlertTriangle />}>
          {warning}
        </Alert>
      ))}
    </Stack>
  );
}

function Mark({ ok }: { readonly ok: boolean }) {
  return (
    <ThemeIcon size={20} radius="xl" color={ok ? 'teal' : 'red'} variant="light">
      {ok ? <IconCheck size={14} /> : <IconX size={14} />}
    </ThemeIcon>
  );
}
