import type { WhoAmI } from '@holdfast/contracts';
import {
  AppShell,
  Burger,
  Button,
  Group,
  Indicator,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconChevronDown, IconLogout, IconUser } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { openAlertsQuery } from '../alerts/alerts.queries.ts';
import { callVoid } from '../api/call.ts';
import { sessionKey } from '../session/session.queries.ts';
import { ColourSchemeSwitch } from './colour-scheme-switch.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { ButtonLink } from './link.tsx';
import { navigation } from './nav.ts';

/** The frame of every page of who is signed in. */
export function Shell({ session }: { readonly session: WhoAmI }) {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 230, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', md: 'lg' }}
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Pages" />
            <UnstyledButton component={Link} to="/" aria-label="Holdfast: overview">
              <Group gap="xs" wrap="nowrap">
                <img src="/holdfast.svg" width={28} height={28} alt="" />
                <Text fw={700} size="lg">
                  Holdfast
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <OpenAlerts />
            <ColourSchemeSwitch />
            <PersonMenu session={session} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <ScrollArea type="auto" component="nav" aria-label="Pages">
          {navigation.map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon size={18} stroke={1.7} />}
              active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
              aria-current={pathname === to ? 'page' : undefined}
              onClick={close}
              mb={2}
              style={{ borderRadius: 'var(--mantine-radius-md)' }}
            />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <ConnectionNotice />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function OpenAlerts() {
  const { data: alerts = [] } = useQuery(openAlertsQuery);
  const label = alerts.length === 0 ? 'No open alert' : `${alerts.length} open alerts`;
  return (
    <Indicator label={alerts.length} size={18} color="red" disabled={alerts.length === 0}>
      <ButtonLink to="/alerts" variant="default" px="xs" aria-label={label}>
        <IconBell size={18} />
      </ButtonLink>
    </Indicator>
  );
}

function PersonMenu({ session }: { readonly session: WhoAmI }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => callVoid('/v1/session', { method: 'DELETE' }),
    onSettled: async () => {
      // Who left by themselves is not led back to where they were.
      await navigate({ to: '/sign-in' });
      client.setQueryData(sessionKey, null);
      // Whoever signs in next is shown nothing that somebody else was allowed to see.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          px="sm"
          // On a phone the name is not to be seen.
          aria-label={session.name}
          rightSection={<IconChevronDown size={14} />}
        >
          <Group gap={6} wrap="nowrap">
            <IconUser size={16} />
            <Text size="sm" visibleFrom="xs">
              {session.name}
            </Text>
          </Group>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.name}, {session.role}
        </Menu.Label>
        <Menu.Item component={Link} to="/settings/account">
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
