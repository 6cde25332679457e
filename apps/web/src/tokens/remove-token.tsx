import type { ApiToken } from '@holdfast/contracts';
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { segment } from '../api/call.ts';
import { RemoveByTyping } from '../ui/remove-by-typing.tsx';
import { tokensQuery } from './tokens.queries.ts';

interface RemoveTokenProps {
  readonly token: ApiToken;
  readonly onClose: () => void;
}

export function RemoveToken({ token: { id, name }, onClose }: RemoveTokenProps) {
  const client = useQueryClient();
  return (
    <RemoveByTyping
      title={`Remove the token ${name}`}
      name={name}
      path={`/v1/tokens/${segment(id)}`}
      onRemoved={() => client.invalidateQueries({ queryKey: tokensQuery.queryKey })}
      onClose={onClose}
    >
      <Text size="sm">Whatever uses it is refused at once.</Text>
    </RemoveByTyping>
  );
}
