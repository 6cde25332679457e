import { keyStatusSchema, revealedKeySchema } from '@holdfast/contracts';
import { Alert, Button, Code, CopyButton, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload, IconEye, IconPrinter } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { keyStatusQuery } from './keys.queries.ts';

/** Shows the team key until somebody has proven that they keep it: they give it back. */
export function KeepKey() {
  const reveal = useMutation({
    mutationFn: () => call(revealedKeySchema, '/v1/key/reveal', { method: 'POST' }),
    // Nothing of it is kept when the page is left.
    gcTime: 0,
  });
  const [kept, setKept] = useState(false);
  if (kept) return <GiveBack onShowAgain={() => setKept(false)} />;
  if (reveal.data === undefined) {
    return (
      <Stack align="flex-start">
        {reveal.error !== null && <Failed error={reveal.error} />}
        <Button
          leftSection={<IconEye size={16} />}
          loading={reveal.isPending}
          onClick={() => reveal.mutate()}
        >
          Show the key
        </Button>
      </Stack>
    );
  }
  const { id, key } = reveal.data;
  return (
    <Stack>
      <Code
        block
        fz="md"
        p="md"
        role="group"
        aria-label="Team key"
        style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
      >
        {key}
      </Code>
      <Group gap="xs">
        <CopyButton value={key}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => download(id, key)}>
          Download
        </Button>
        <KitLink />
      </Group>
      <Text size="sm" c="dimmed">
        The kit is a page to print, with a line to write the key on. It says how everything is restored with
        restic alone.
      </Text>
      <Group>
        <Button onClick={() => setKept(true)}>I have kept it</Button>
      </Group>
    </Stack>
  );
}

/** The recovery kit: never with the key in it. */
export function KitLink() {
  return (
    <Button
      component="a"
      href="/v1/key/kit-page"
      target="_blank"
      rel="noopener"
      variant="default"
      leftSection={<IconPrinter size={16} />}
    >
      Open the recovery kit
    </Button>
  );
}

function GiveBack({ onShowAgain }: { readonly onShowAgain: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const confirm = useMutation({
    mutationFn: () =>
      call(keyStatusSchema, '/v1/key/confirm', { method: 'POST', body: { key: typed.trim() } }),
    onSuccess: async (status) => {
      client.setQueryData(keyStatusQuery.queryKey, status);
      await client.invalidateQueries({ queryKey: ['alerts'] });
    },
    gcTime: 0,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <PasswordInput
          label="Team key"
          description="From where you keep it: typed, or out of the password manager"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          required
          data-autofocus
        />
        {confirm.error !== null && <Failed error={confirm.error} />}
        <Alert color="orange">
          From then on the key is in the vault of this server only, and is not shown on a page again.
        </Alert>
        <Group>
          <Button type="submit" loading={confirm.isPending}>
            Confirm the key
          </Button>
          <Button variant="subtle" onClick={onShowAgain}>
            Show it again
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function download(id: string, key: string): void {
  const url = URL.createObjectURL(new Blob([`${key}\n`], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `holdfast-team-key-${id}.txt`;
  link.click();
  URL.revokeObjectURL(url);
}
