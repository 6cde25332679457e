import { whoAmISchema } from '@holdfast/contracts';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { asProblem } from '../api/problem.ts';
import { Failed } from '../ui/states.tsx';
import { sessionKey } from './session.queries.ts';

export function SignInForm() {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const signIn = useMutation({
    mutationFn: () =>
      call(whoAmISchema, '/v1/session', {
        method: 'POST',
        body: { email, password, ...(totp === '' ? {} : { totp }) },
      }),
    onSuccess: (session) => client.setQueryData(sessionKey, session),
  });
  const wantsTotp =
    totp !== '' || (signIn.error !== null && asProblem(signIn.error).code === 'second-factor-required');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {wantsTotp && (
          <TextInput
            label="Code of your authenticator"
            description="Or one of your recovery codes"
            autoComplete="one-time-code"
            inputMode="numeric"
            value={totp}
            onChange={(event) => setTotp(event.currentTarget.value)}
            data-autofocus
          />
        )}
        {signIn.error !== null && asProblem(signIn.error).code !== 'second-factor-required' && (
          <Failed error={signIn.error} />
        )}
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <Text size="xs" c="dimmed">
          Forgot the password? On the server: holdfast people reset-password
        </Text>
      </Stack>
    </form>
  );
}
