import { type Invitation, type InvitePerson as Invite, invitationSchema, roles } from '@holdfast/contracts';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { Failed } from '../ui/states.tsx';
import { RoleField } from './role-field.tsx';
import { WayIn } from './way-in.tsx';

/** Asks who it is, then shows the link for them, once. */
export function InvitePerson({ onClose }: { readonly onClose: () => void }) {
  const [invitation, setInvitation] = useState<Invitation>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={invitation === undefined ? 'Invite a person' : `${invitation.person.name} is invited`}
      closeOnClickOutside={invitation === undefined}
    >
      {invitation === undefined ? (
        <InviteForm onInvited={setInvitation} onClose={onClose} />
      ) : (
        <WayIn invitation={invitation} onClose={onClose} />
      )}
    </Modal>
  );
}

interface InviteFormProps {
  readonly onInvited: (invitation: Invitation) => void;
  readonly onClose: () => void;
}

function InviteForm({ onInvited, onClose }: InviteFormProps) {
  const client = useQueryClient();
  const may = useMay();
  const [person, setPerson] = useState<Invite>({ name: '', email: '', role: 'viewer' });
  const invite = useMutation({
    mutationFn: () => call(invitationSchema, '/v1/people', { method: 'POST', body: person }),
    onSuccess: async (invitation) => {
      onInvited(invitation);
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          required
          autoComplete="off"
          data-autofocus
          value={person.name}
          onChange={({ currentTarget }) => setPerson({ ...person, name: currentTarget.value })}
        />
        <TextInput
          label="E-mail"
          description="They sign in with it. Holdfast sends no mail: you give them the link."
          type="email"
          required
          autoComplete="off"
          value={person.email}
          onChange={({ currentTarget }) => setPerson({ ...person, email: currentTarget.value })}
        />
        <RoleField
          label="Role"
          value={person.role}
          onChange={(role) => setPerson({ ...person, role })}
          // Owners give every role; admins the ones beneath their own.
          among={roles.filter((role) => may('owner') || role === 'viewer' || role === 'operator')}
        />
        {invite.error !== null && <Failed error={invite.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={invite.isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
