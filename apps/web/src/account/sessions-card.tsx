import type { Session } from '@holdfast/contracts';
import { Badge, Button, Card, Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callVoid, segment } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { Instant } from '../ui/instant.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { tellProblem } from '../ui/tell-problem.tsx';
import { browserWords } from './browser-words.ts';
import { sessionsQuery } from './sessions.queries.ts';

/** Where somebody is signed in, to be ended one by one; owners see those of everybody. */
export function SessionsCard() {
  const may = useMay();
  const [everybody, setEverybody] = useState(false);
  const { data: sessions, error, refetch } = useQuery(sessionsQuery(everybody));
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Signed in
          </Title>
          {may('owner') && (
            <SegmentedControl
              size="xs"
              aria-label="Whose sessions"
              value={everybody ? 'everybody' : 'mine'}
              onChange={(value) => setEverybody(value === 'everybody')}
              data={[
                { value: 'mine', label: 'Yours' },
                { value: 'everybody', label: 'Everybody’s' },
              ]}
            />
          )}
        </Group>
        {sessions === undefined ? (
          error === null ? (
            <Loading rows={2} />
          ) : (
            <Failed error={error} retry={() => void refetch()} />
          )
        ) : (
          <Table aria-label="Sessions" verticalSpacing="sm" horizontalSpacing={0}>
            <Table.Tbody>
              {sessions.map((session) => (
                <SessionRow key={session.id} session={session} named={everybody} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
    </Card>
  );
}

function SessionRow({ session, named }: { readonly session: Session; readonly named: boolean }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => callVoid(`/v1/sessions/${segment(session.id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions'] }),
    onError: tellProblem,
  });
  const { person, userAgent, address, lastUsed, method, current } = session;
  const browser = browserWords(userAgent);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {named ? `${person}, ${browser}` : browser}
        </Text>
        <Text size="xs" c="dimmed">
          {address === undefined ? '' : `from ${address}, `}
          {method === 'password' ? 'by password' : 'by the identity provider'}, used <Instant at={lastUsed} />
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {current ? (
          <Badge color="teal" miw="max-content">
            this browser
          </Badge>
        ) : (
          <Button
            size="xs"
            variant="default"
            aria-label={`Sign out ${named ? `${person}, ` : ''}${browser}`}
            loading={revoke.isPending}
            onClick={() => revoke.mutate()}
          >
            Sign out
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
