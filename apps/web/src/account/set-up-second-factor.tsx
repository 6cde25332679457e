import { recoveryCodesSchema, totpSecretSchema } from '@holdfast/contracts';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { accountQuery } from '../people/people.queries.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { DownloadButton } from '../ui/download-button.tsx';
import { AuthenticatorStep } from './authenticator-step.tsx';
import { PasswordStep } from './password-step.tsx';

/** Password, authenticator, recovery codes: three steps. It counts once a code has shown that the second was done. */
export function SetUpSecondFactor({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  // Neither the secret nor the codes are kept when the dialog is gone.
  const start = useMutation({
    mutationFn: (password: string) =>
      call(totpSecretSchema, '/v1/totp', { method: 'POST', body: { password } }),
    gcTime: 0,
  });
  const confirm = useMutation({
    mutationFn: (code: string) =>
      call(recoveryCodesSchema, '/v1/totp/confirm', { method: 'POST', body: { code } }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: accountQuery.queryKey }),
  });
  const codes = confirm.data?.recoveryCodes;
  return (
    <Modal
      opened
      onClose={onClose}
      title={codes === undefined ? 'Set up a second factor' : 'The second factor is on'}
      closeOnClickOutside={start.data === undefined}
    >
      {start.data === undefined ? (
        <PasswordStep
          why="First, show that it is you."
          action="Go on"
          pending={start.isPending}
          error={start.error}
          onPassword={(password) => start.mutate(password)}
          onClose={onClose}
        />
      ) : codes === undefined ? (
        <AuthenticatorStep
          secret={start.data}
          pending={confirm.isPending}
          error={confirm.error}
          onCode={(code) => confirm.mutate(code)}
          onClose={onClose}
        />
      ) : (
        <Stack>
          <Text size="sm">
            If the phone is lost, each of these codes signs you in once in place of a code of the
            authenticator. Keep them where the phone is not. They are not shown again.
          </Text>
          <CopyField label="Recovery codes" value={codes.join('\n')}>
            <DownloadButton name="holdfast-recovery-codes.txt" text={`${codes.join('\n')}\n`}>
              Save as a file
            </DownloadButton>
          </CopyField>
          <Group justify="flex-end">
            <Button onClick={onClose}>I keep them</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
