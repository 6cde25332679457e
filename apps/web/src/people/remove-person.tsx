import type { Person } from '@holdfast/contracts';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callVoid, segment } from '../api/call.ts';
import { ConfirmByTyping } from '../ui/confirm-by-typing.tsx';

interface RemovePersonProps {
  readonly person: Person;
  readonly onClose: () => void;
}

export function RemovePerson({ person, onClose }: RemovePersonProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => callVoid(`/v1/people/${segment(person.id)}`, { method: 'DELETE' }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  });
  return (
    <ConfirmByTyping
      opened
      title={`Remove ${person.name}`}
      name={person.email}
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        {person.name} is signed out everywhere, and the API tokens that they made stop working at once. What
        they configured stays.
      </Text>
    </ConfirmByTyping>
  );
}
