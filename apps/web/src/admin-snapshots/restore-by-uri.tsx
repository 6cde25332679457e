import { operationSchema, type SelfBackupList, snapshotSchema } from '@holdfast/contracts';
import { Button, Card, Group, List, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call, segment } from '../api/call.ts';
import { ConfirmByTyping } from '../ui/confirm-by-typing.tsx';
import { formatInstantHere } from '../ui/instant.tsx';
import { Failed } from '../ui/states.tsx';

const snapshotUri = /^holdfast:snapshot\/(.+)$/;

/** What a URI stands for, as far as it can be known before it is read. */
interface Target {
  readonly uri: string;
  /** Typed to confirm: `main`, or the name of the source. */
  readonly name: string;
  readonly isSource: boolean;
  readonly time?: string;
}

interface RestoreByUriProps {
  readonly uri: string;
  readonly onUri: (uri: string) => void;
  readonly backups: SelfBackupList;
}

/** Restores by the address of a snapshot, after it was said what will happen. */
export function RestoreByUri({ uri, onUri, backups }: RestoreByUriProps) {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [target, setTarget] = useState<Target>();
  // One that was chosen from the list is brought before the eyes.
  useEffect(() => {
    if (uri !== '' && document.activeElement !== field.current) field.current?.focus();
  }, [uri]);
  const look = useMutation({
    mutationFn: async (): Promise<Target> => {
      const given = uri.trim();
      const id = snapshotUri.exec(given)?.[1];
      if (id === undefined) {
        const time = backups.items.find((backup) => backup.uri === given)?.time;
        return { uri: given, name: 'main', isSource: false, ...(time === undefined ? {} : { time }) };
      }
      const snapshot = await call(snapshotSchema, `/v1/snapshots/${segment(id)}`);
      return { uri: given, name: snapshot.source, isSource: true, time: snapshot.time };
    },
    onSuccess: (found) => {
      restore.reset();
      setTarget(found);
    },
  });
  const restore = useMutation({
    mutationFn: ({ uri: from, name }: Target) =>
      call(operationSchema, '/v1/admin/snapshots/restore', {
        method: 'POST',
        body: { uri: from, confirmation: name },
      }),
    onSuccess: async ({ id }, { isSource }) => {
      setTarget(undefined);
      if (isSource) await navigate({ to: '/operations/$id', params: { id } });
      else await navigate({ to: '/admin-snapshots', search: { restore: id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    look.mutate();
  };
  return (
    <Card withBorder padding="lg">
      <form onSubmit={submit}>
        <Stack>
          <Title order={2} size="h4">
            Restore a snapshot
          </Title>
          <TextInput
            ref={field}
            label="URI of the snapshot"
            description="Of Holdfast's own database: file:///…, s3://bucket/key or azure://container/blob. Of a source: holdfast:snapshot/ with the snapshot's id."
            value={uri}
            onChange={(event) => onUri(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            required
          />
          {look.error !== null && <Failed error={look.error} />}
          <Group>
            <Button
              type="submit"
              variant="default"
              leftSection={<IconHistory size={16} />}
              loading={look.isPending}
            >
              Say what would happen
            </Button>
          </Group>
        </Stack>
      </form>
      {target !== undefined && (
        <ConfirmByTyping
          opened
          title={target.isSource ? `Restore ${target.name}` : 'Restore Holdfast itself'}
          name={target.name}
          action="Restore it now"
          pending={restore.isPending}
          error={restore.error}
          onConfirm={() => restore.mutate(target)}
          onClose={() => setTarget(undefined)}
        >
          {target.isSource ? <OfSource target={target} /> : <OfMain target={target} />}
        </ConfirmByTyping>
      )}
    </Card>
  );
}

function OfMain({ target: { time } }: { readonly target: Target }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        Holdfast's own database is replaced by{' '}
        <b>{time === undefined ? 'the state in this file' : `the state of ${formatInstantHere(time)}`}</b>:
      </Text>
      <List size="sm" spacing={4}>
        <List.Item>
          People, plans, destinations, sources and history become what they were then. What was added since is
          gone from Holdfast; nothing is deleted in any storage.
        </List.Item>
        <List.Item>The vault with its keys and secrets stays as it is now.</List.Item>
        <List.Item>
          The file is read to its end and proven first; where it is not whole, nothing is changed.
        </List.Item>
        <List.Item>Backups that run are interrupted. The server starts again, within seconds.</List.Item>
        <List.Item>Everybody has to sign in again, with the passwords of then.</List.Item>
        <List.Item>The present database is kept beside; the operation says where.</List.Item>
      </List>
    </Stack>
  );
}

function OfSource({ target: { name, time } }: { readonly target: Target }) {
  return (
    <Text size="sm">
      <b>{name}</b> is restored to its state of {time === undefined ? 'then' : formatInstantHere(time)}, in
      place of what is there now. The new data is loaded and verified beside the old before the two are
      swapped; where that fails, the old data goes on serving.
    </Text>
  );
}
