import type { Invitation } from '@holdfast/contracts';
import { Button, Group, Stack, Text } from '@mantine/core';
import { CopyField } from '../ui/copy-field.tsx';
import { formatInstantHere } from '../ui/instant.tsx';

interface WayInProps {
  readonly invitation: Invitation;
  readonly onClose: () => void;
}

/** The link by which somebody chooses a password. It is shown this once. */
export function WayIn({ invitation, onClose }: WayInProps) {
  const { code, person, expiresAt } = invitation;
  // Where no public address is set, the one that this browser uses is the best guess.
  const link = invitation.link ?? `${window.location.origin}/invitation#${code}`;
  return (
    <Stack>
      <Text size="sm">
        Give this link to {person.name} by a way that nobody else reads. It can be used once, until{' '}
        {formatInstantHere(expiresAt)}. Holdfast does not show it again.
      </Text>
      <CopyField label="Link" value={link} />
      <Text size="xs" c="dimmed">
        Or by hand: open /invitation on this Holdfast and enter {code}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
