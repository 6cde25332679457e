import { type Invitation, invitationSchema, type Person } from '@holdfast/contracts';
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call, segment } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { WayIn } from './way-in.tsx';

interface ResetPasswordProps {
  readonly person: Person;
  readonly onClose: () => void;
}

/** A link by which somebody chooses a new password; the old one is good until they do. */
export function ResetPassword({ person, onClose }: ResetPasswordProps) {
  const [forgetSecondFactor, setForget] = useState(false);
  const [invitation, setInvitation] = useState<Invitation>();
  const reset = useMutation({
    mutationFn: () =>
      call(invitationSchema, `/v1/people/${segment(person.id)}/reset-password`, {
        method: 'POST',
        body: { forgetSecondFactor },
      }),
    onSuccess: setInvitation,
  });
  const title = person.state === 'invited' ? 'A new invitation' : 'A new password';
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${title} for ${person.name}`}
      closeOnClickOutside={invitation === undefined}
    >
      {invitation === undefined ? (
        <Stack>
          <Text size="sm">
            {person.state === 'invited'
              ? 'Makes a new link; the one before it is good no more.'
              : 'Makes a link by which a new password is chosen. The old one is good until then; choosing it signs them out everywhere.'}
          </Text>
          {person.secondFactor && (
            <Checkbox
              label="They lost their authenticator, too: switch the second factor off"
              checked={forgetSecondFactor}
              onChange={(event) => setForget(event.currentTarget.checked)}
            />
          )}
          {reset.error !== null && <Failed error={reset.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={reset.isPending} onClick={() => reset.mutate()}>
              Make the link
            </Button>
          </Group>
        </Stack>
      ) : (
        <WayIn invitation={invitation} onClose={onClose} />
      )}
    </Modal>
  );
}
