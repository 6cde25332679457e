import { type Person, personSchema } from '@holdfast/contracts';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, segment } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { RoleField } from './role-field.tsx';

interface EditPersonProps {
  readonly person: Person;
  readonly onClose: () => void;
}

export function EditPerson({ person, onClose }: EditPersonProps) {
  const client = useQueryClient();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState(person.role);
  const save = useMutation({
    mutationFn: () =>
      call(personSchema, `/v1/people/${segment(person.id)}`, { method: 'PATCH', body: { name, role } }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={person.email}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <RoleField label="Role" value={role} onChange={setRole} />
          {role !== person.role && (
            <Text size="sm">A new role signs {person.name} out everywhere: they sign in again with it.</Text>
          )}
          {save.error !== null && <Failed error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
