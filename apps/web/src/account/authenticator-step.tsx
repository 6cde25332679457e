import { Button, Center, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { CopyField } from '../ui/copy-field.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { Failed } from '../ui/states.tsx';

interface AuthenticatorStepProps {
  readonly secret: { readonly secret: string; readonly uri: string };
  readonly pending: boolean;
  readonly error: unknown;
  readonly onCode: (code: string) => void;
  readonly onClose: () => void;
}

/** Hands the secret to an authenticator, by picture or by text, and asks for the first code of it. */
export function AuthenticatorStep({ secret, pending, error, onCode, onClose }: AuthenticatorStepProps) {
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCode(code);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">Point the authenticator app of your phone at this picture.</Text>
        <Center>
          <QrCode text={secret.uri} label="The secret, for an authenticator" />
        </Center>
        <CopyField label="Or give it the secret" value={secret.secret}>
          <Button component="a" href={secret.uri} size="xs" variant="default">
            Open an app on this device
          </Button>
        </CopyField>
        <TextInput
          label="The code that it shows"
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {error !== null && <Failed error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={pending}>
            Switch it on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
