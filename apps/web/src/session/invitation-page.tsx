import { personSchema, type WhoAmI, whoAmISchema } from '@holdfast/contracts';
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { Entrance } from './entrance.tsx';
import { useEnter } from './use-enter.ts';

/** Where the link of an invitation, or of a new password, leads: a password is chosen, and the person is signed in. */
export function InvitationPage({ session }: { readonly session: WhoAmI | null }) {
  const enter = useEnter();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const code = hash === '' ? typed : hash;
  const accept = useMutation({
    mutationFn: async () => {
      const body = { code, password };
      const { email } = await call(personSchema, '/v1/invitations/accept', { method: 'POST', body });
      // The password counts from here on: where signing in wants more, the form for that asks for it.
      return call(whoAmISchema, '/v1/session', { method: 'POST', body: { email, password } }).catch(
        () => undefined,
      );
    },
    onSuccess: async (entered) => {
      await navigate({ to: entered === undefined ? '/sign-in' : '/', replace: true });
      if (entered !== undefined) enter(entered);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <Entrance title="Choose a password">
      <Text c="dimmed" size="sm">
        Somebody of the team gave you this way into Holdfast. It can be used once.
      </Text>
      {session !== null && (
        <Alert color="yellow" role="status">
          This browser is signed in as {session.name}. Going on signs in whom the invitation is for.
        </Alert>
      )}
      <form onSubmit={submit}>
        <Stack gap="sm">
          {hash === '' && (
            <TextInput
              label="One-time code"
              description="Four groups of five characters, from whoever invited you"
              autoComplete="off"
              spellCheck={false}
              required
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          <PasswordInput
            label="Password"
            description="At least 12 characters"
            autoComplete="new-password"
            required
            minLength={12}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {accept.error !== null && <Failed error={accept.error} />}
          <Button type="submit" loading={accept.isPending}>
            Go on
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}
