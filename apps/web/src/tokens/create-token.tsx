import { type CreatedApiToken, createdApiTokenSchema, type Role, roles } from '@holdfast/contracts';
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { RoleField } from '../people/role-field.tsx';
import { useMay } from '../session/use-may.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Failed } from '../ui/states.tsx';

const lives = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is removed' },
];

/** Asks what the token is for, then shows its secret, once. */
export function CreateToken({ onClose }: { readonly onClose: () => void }) {
  const [created, setCreated] = useState<CreatedApiToken>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={created === undefined ? 'Create a token' : `The token ${created.token.name}`}
      closeOnClickOutside={created === undefined}
    >
      {created === undefined ? (
        <CreateForm onCreated={setCreated} onClose={onClose} />
      ) : (
        <Stack>
          <Text size="sm">
            Copy it now: Holdfast keeps only a fingerprint of it and cannot show it again. Programs send it as
            Authorization: Bearer.
          </Text>
          <CopyField label="Secret" value={created.secret} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

interface CreateFormProps {
  readonly onCreated: (created: CreatedApiToken) => void;
  readonly onClose: () => void;
}

function CreateForm({ onCreated, onClose }: CreateFormProps) {
  const client = useQueryClient();
  const may = useMay();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  const create = useMutation({
    mutationFn: () =>
      call(createdApiTokenSchema, '/v1/tokens', {
        method: 'POST',
        body: { name, role, ...(days === '' ? {} : { expiresInDays: Number(days) }) },
      }),
    onSuccess: async (created) => {
      onCreated(created);
      await client.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="What will use it"
          required
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RoleField label="What it may do" value={role} onChange={setRole} among={roles.filter(may)} />
        <Select
          label="Good for"
          data={lives}
          value={days}
          allowDeselect={false}
          onChange={(chosen) => setDays(chosen ?? '90')}
        />
        {create.error !== null && <Failed error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
