import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Failed } from '../ui/states.tsx';
import { verifyAudit } from './audit.queries.ts';

/** Follows the chain of the log, and says what was found. */
export function VerifyAudit() {
  const verify = useMutation({ mutationFn: verifyAudit });
  const { data: found } = verify;
  return (
    <Stack gap="sm">
      <Group>
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} />}
          loading={verify.isPending}
          onClick={() => verify.mutate()}
        >
          Verify the log
        </Button>
      </Group>
      {verify.error !== null && <Failed error={verify.error} />}
      {found !== undefined &&
        (found.intact ? (
          <Alert color="teal" icon={<IconShieldCheck />} title="The log is whole" role="status">
            All {found.entries} entries are as they were written, and none is missing between them.
          </Alert>
        ) : (
          <Alert color="red" icon={<IconShieldX />} title="The log was tampered with" role="alert">
            Entry {found.brokenAt} is not as it was written, or follows one that is missing. Do not trust what
            comes before it: compare with a backup of Holdfast itself, and find out who has access to its
            database.
          </Alert>
        ))}
    </Stack>
  );
}
