import { whoAmISchema } from '@holdfast/contracts';
import { Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconId } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call } from '../api/call.ts';
import { asProblem } from '../api/problem.ts';
import { Failed } from '../ui/states.tsx';
import { identityProviderQuery } from './session.queries.ts';
import { useEnter } from './use-enter.ts';

/** By password, and by the code of an authenticator where the person has one; or by the identity provider. */
export function SignInForm() {
  const enter = useEnter();
  const { data: identityProvider } = useQuery(identityProviderQuery);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const [wantsTotp, setWantsTotp] = useState(false);
  const totpField = useRef<HTMLInputElement>(null);
  const signIn = useMutation({
    mutationFn: () =>
      call(whoAmISchema, '/v1/session', {
        method: 'POST',
        body: { email, password, ...(totp === '' ? {} : { totp }) },
      }),
    onSuccess: enter,
    onError: (error) => {
      if (asProblem(error).code === 'second-factor-required') setWantsTotp(true);
    },
  });
  useEffect(() => {
    if (wantsTotp) totpField.current?.focus();
  }, [wantsTotp]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <>
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
              ref={totpField}
              label="Code of your authenticator"
              description="Or one of your recovery codes"
              autoComplete="one-time-code"
              spellCheck={false}
              required
              value={totp}
              onChange={(event) => setTotp(event.currentTarget.value)}
            />
          )}
          {signIn.error !== null && asProblem(signIn.error).code !== 'second-factor-required' && (
            <Failed error={signIn.error} />
          )}
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
      {identityProvider?.enabled === true && (
        <>
          <Divider label="or" />
          <Button component="a" href="/v1/oidc/start" variant="default" leftSection={<IconId size={18} />}>
            Sign in with the identity provider
          </Button>
        </>
      )}
      <Text size="xs" c="dimmed">
        Forgot the password? An owner can reset it. So can the server itself: holdfast people reset-password
      </Text>
    </>
  );
}
