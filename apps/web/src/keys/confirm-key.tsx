import { keyStatusSchema, revealedKeySchema } from '@holdfast/contracts';
import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { DownloadButton } from '../ui/download-button.tsx';
import { Failed } from '../ui/states.tsx';
import { keyStatusQuery } from './keys.queries.ts';

/** Shows the key until somebody has proven, by entering it, that they keep it. */
export function ConfirmKey() {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const reveal = useMutation({
    mutationFn: () => call(revealedKeySchema, '/v1/key/reveal', { method: 'POST' }),
    // The key is for the eyes of this moment only.
    gcTime: 0,
  });
  const confirm = useMutation({
    mutationFn: (key: string) =>
      call(keyStatusSchema, '/v1/key/confirm', { method: 'POST', body: { key: key.trim() } }),
    onSuccess: async (status) => {
      client.setQueryData(keyStatusQuery.queryKey, status);
      await client.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(typed);
  };
  return (
    <Card withBorder padding="lg">
      <Stack>
        <div>
          <Title order={2} size="h4">
            Keep the key
          </Title>
          <Text size="sm" c="dimmed">
            If this server burns, the key is what gets the data back. Put it where the server is not: into a
            password manager, or on paper. Then enter it from there; after that it is not shown any more.
          </Text>
        </div>
        {reveal.data === undefined ? (
          <Group>
            <Button
              variant="light"
              leftSection={<IconEye size={16} />}
              loading={reveal.isPending}
              onClick={() => reveal.mutate()}
            >
              Show the key
            </Button>
          </Group>
        ) : (
          <CopyField label="The key" value={reveal.data.key}>
            <DownloadButton name={`holdfast-key-${reveal.data.id}.txt`} text={`${reveal.data.key}\n`}>
              Save as a file
            </DownloadButton>
          </CopyField>
        )}
        {reveal.error !== null && <Failed error={reveal.error} />}
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label="Enter the key from where you keep it"
              required
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            {confirm.error !== null && <Failed error={confirm.error} />}
            <Group>
              <Button type="submit" loading={confirm.isPending}>
                I keep it
              </Button>
            </Group>
          </Stack>
        </form>
      </Stack>
    </Card>
  );
}
