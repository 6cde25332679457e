import type { ApiToken } from '@holdfast/contracts';
import { ActionIcon, Badge, Button, Table, Text } from '@mantine/core';
import { IconPlus, IconTerminal2, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { RoleBadge } from '../people/role-badge.tsx';
import { Instant } from '../ui/instant.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { TableCard } from '../ui/table-card.tsx';
import { useNow } from '../ui/use-now.ts';
import { CreateToken } from './create-token.tsx';
import { RemoveToken } from './remove-token.tsx';
import { tokensQuery } from './tokens.queries.ts';

/** What programs authenticate with. */
export function TokensPage() {
  const { data: tokens, error, refetch } = useQuery(tokensQuery);
  const [creating, setCreating] = useState(false);
  const [removing, setRemoving] = useState<ApiToken>();
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      Create a token
    </Button>
  );
  return (
    <Page
      title="API tokens"
      description="What scripts and other programs sign in with. A token may do no more than who made it."
      actions={tokens !== undefined && tokens.length > 0 && create}
    >
      {tokens === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : tokens.length === 0 ? (
        <Empty icon={IconTerminal2} title="No token yet" action={create}>
          Everything that this app does, a script can do over the API. What there is stands at /docs on this
          Holdfast.
        </Empty>
      ) : (
        <Tokens tokens={tokens} remove={setRemoving} />
      )}
      {creating && <CreateToken onClose={() => setCreating(false)} />}
      {removing !== undefined && <RemoveToken token={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  );
}

interface TokensProps {
  readonly tokens: readonly ApiToken[];
  readonly remove: (token: ApiToken) => void;
}

function Tokens({ tokens, remove }: TokensProps) {
  const now = useNow();
  return (
    <TableCard label="API tokens">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Token</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th visibleFrom="sm">Last used</Table.Th>
          <Table.Th>Expires</Table.Th>
          <Table.Th w={50} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map((token) => (
          <Table.Tr key={token.id}>
            <Table.Td>
              <Text size="sm" fw={500}>
                {token.name}
              </Text>
              <Text size="xs" c="dimmed">
                {token.madeBy === undefined ? 'made on the server' : `of ${token.madeBy}`}
              </Text>
            </Table.Td>
            <Table.Td>
              <RoleBadge role={token.role} />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              {token.lastUsed === undefined ? 'never' : <Instant at={token.lastUsed} />}
            </Table.Td>
            <Table.Td>
              <Expiry at={token.expiresAt} now={now} />
            </Table.Td>
            <Table.Td>
              <ActionIcon
                variant="subtle"
                color="red"
                aria-label={`Remove the token ${token.name}`}
                onClick={() => remove(token)}
              >
                <IconTrash size={18} />
              </ActionIcon>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </TableCard>
  );
}

function Expiry({ at, now }: { readonly at: string | undefined; readonly now: number }) {
  if (at === undefined) return 'never';
  if (Date.parse(at) <= now) return <Badge color="gray">expired</Badge>;
  return <Instant at={at} />;
}
