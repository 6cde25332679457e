import { Alert, Box, Center, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ColourSchemeSwitch } from '../ui/colour-scheme-switch.tsx';
import { Failed } from '../ui/states.tsx';
import { setupQuery } from './session.queries.ts';
import { SetupForm } from './setup-form.tsx';
import { SignInForm } from './sign-in-form.tsx';

/** The way in: the first account where there is none yet, else the password. */
export function SignedOut() {
  const setup = useQuery(setupQuery);
  const restored = useSearch({ strict: false }).restore !== undefined;
  return (
    <Center mih="100vh" p="md" component="main">
      <Box w={440} maw="100%">
        <Group justify="space-between" mb="md">
          <Group gap="sm">
            <img src="/holdfast.svg" width={40} height={40} alt="" />
            <Title order={1} size="h2">
              Holdfast
            </Title>
          </Group>
          <ColourSchemeSwitch />
        </Group>
        <Paper withBorder p="xl" radius="lg">
          {setup.isPending ? (
            <Center>
              <Loader aria-label="Loading" />
            </Center>
          ) : setup.error !== null ? (
            <Failed error={setup.error} retry={() => void setup.refetch()} />
          ) : setup.data.needed ? (
            <Stack>
              <Title order={2} size="h3">
                Make the first account
              </Title>
              <Text c="dimmed" size="sm">
                Holdfast wrote a one-time code to its console when it started. It proves that this server is
                yours.
              </Text>
              <SetupForm />
            </Stack>
          ) : (
            <Stack>
              <Title order={2} size="h3">
                Sign in
              </Title>
              {restored && (
                <Alert>
                  Holdfast is being restored from a snapshot, which holds no sessions: sign in again.
                </Alert>
              )}
              <SignInForm />
            </Stack>
          )}
        </Paper>
      </Box>
    </Center>
  );
}
