import { whoAmISchema } from '@holdfast/contracts';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { useEnter } from './use-enter.ts';

/** Makes the first owner, who is signed in then, and taken by the hand. */
export function SetupForm() {
  const enter = useEnter();
  const navigate = useNavigate();
  const [values, setValues] = useState({ code: '', name: '', email: '', password: '' });
  const make = useMutation({
    mutationFn: () => call(whoAmISchema, '/v1/setup', { method: 'POST', body: values }),
    onSuccess: async (session) => {
      await navigate({ to: '/welcome' });
      enter(session);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const field = (name: keyof typeof values) => ({
    value: values[name],
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      setValues({ ...values, [name]: currentTarget.value }),
    required: true,
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="One-time code"
          description="From the console or the log of the server"
          autoComplete="off"
          spellCheck={false}
          {...field('code')}
        />
        <TextInput label="Your name" autoComplete="name" {...field('name')} />
        <TextInput label="E-mail" type="email" autoComplete="username" {...field('email')} />
        <PasswordInput
          label="Password"
          description="At least 12 characters"
          autoComplete="new-password"
          {...field('password')}
        />
        {make.error !== null && <Failed error={make.error} />}
        <Button type="submit" loading={make.isPending}>
          Make the account
        </Button>
      </Stack>
    </form>
  );
}
