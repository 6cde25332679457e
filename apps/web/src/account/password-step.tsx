import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Failed } from '../ui/states.tsx';

interface PasswordStepProps {
  readonly why: string;
  readonly action: string;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onPassword: (password: string) => void;
  readonly onClose: () => void;
}

/** Asks for the password once more, before something that a found session must not do. */
export function PasswordStep({ why, action, pending, error, onPassword, onClose }: PasswordStepProps) {
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onPassword(password);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{why}</Text>
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {error !== null && <Failed error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
