import type { Person } from '@holdfast/contracts';
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { segment } from '../api/call.ts';
import { RemoveByTyping } from '../ui/remove-by-typing.tsx';
import { peopleQuery } from './people.queries.ts';

interface RemovePersonProps {
  readonly person: Person;
  readonly onClose: () => void;
}

export function RemovePerson({ person: { id, name, email }, onClose }: RemovePersonProps) {
  const client = useQueryClient();
  return (
    <RemoveByTyping
      title={`Remove ${name}`}
      name={email}
      path={`/v1/people/${segment(id)}`}
      onRemoved={() => client.invalidateQueries({ queryKey: peopleQuery.queryKey })}
      onClose={onClose}
    >
      <Text size="sm">
        {name} is signed out everywhere, and the API tokens that they made stop working at once. What they
        configured stays.
      </Text>
    </RemoveByTyping>
  );
}
