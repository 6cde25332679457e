import type { Person } from '@holdfast/contracts';
import { ActionIcon, Badge, Button, Group, Menu, Table, Text } from '@mantine/core';
import { IconDots, IconEdit, IconKey, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../session/use-may.ts';
import { Instant } from '../ui/instant.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { TableCard } from '../ui/table-card.tsx';
import { EditPerson } from './edit-person.tsx';
import { InvitePerson } from './invite-person.tsx';
import { peopleQuery } from './people.queries.ts';
import { RemovePerson } from './remove-person.tsx';
import { ResetPassword } from './reset-password.tsx';
import { RoleBadge } from './role-badge.tsx';

const dialogs = { edit: EditPerson, reset: ResetPassword, remove: RemovePerson } as const;

/** Who may sign in, and what they may do. */
export function TeamPage() {
  const may = useMay();
  const { data: people, error, refetch } = useQuery(peopleQuery);
  const [inviting, setInviting] = useState(false);
  const [open, setOpen] = useState<{ what: keyof typeof dialogs; person: Person }>();
  const Dialog = open === undefined ? undefined : dialogs[open.what];
  return (
    <Page
      title="Team"
      description="Who may sign in, and what they may do."
      actions={
        people !== undefined && (
          <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
            Invite a person
          </Button>
        )
      }
    >
      {people === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <TableCard label="People">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th visibleFrom="sm">Second factor</Table.Th>
              <Table.Th visibleFrom="sm">Last signed in</Table.Th>
              {may('owner') && <Table.Th w={50} aria-label="Actions" />}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((person) => (
              <Table.Tr key={person.id}>
                <Table.Td>
                  <Text size="sm" fw={500}>
                    {person.name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {person.email}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Group gap={4}>
                    <RoleBadge role={person.role} />
                    {person.state === 'invited' && (
                      <Badge variant="default" color="gray">
                        invited
                      </Badge>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td visibleFrom="sm">{secondFactorWords(person)}</Table.Td>
                <Table.Td visibleFrom="sm">
                  {person.lastSignIn === undefined ? 'never' : <Instant at={person.lastSignIn} />}
                </Table.Td>
                {may('owner') && (
                  <Table.Td>
                    <PersonActions person={person} choose={(what) => setOpen({ what, person })} />
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </TableCard>
      )}
      {inviting && <InvitePerson onClose={() => setInviting(false)} />}
      {open !== undefined && Dialog !== undefined && (
        <Dialog person={open.person} onClose={() => setOpen(undefined)} />
      )}
    </Page>
  );
}

function secondFactorWords({ secondFactor, identityProvider }: Person): string {
  if (secondFactor) return 'on';
  return identityProvider ? 'by the identity provider' : 'off';
}

interface PersonActionsProps {
  readonly person: Person;
  readonly choose: (what: keyof typeof dialogs) => void;
}

function PersonActions({ person, choose }: PersonActionsProps) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${person.name}`}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => choose('edit')}>
          Change name or role
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={16} />} onClick={() => choose('reset')}>
          {person.state === 'invited' ? 'New invitation' : 'Reset the password'}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => choose('remove')}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
