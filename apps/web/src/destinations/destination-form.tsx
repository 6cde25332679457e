import { addedDestinationSchema, type ProbeResult, probeResultSchema } from '@holdfast/contracts';
import {
  Alert,
  Button,
  Card,
  Checkbox,
  Group,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import { destinationsQuery } from './destinations.queries.ts';
import { ProbeReport } from './probe-report.tsx';
import { noS3Values, S3Fields, s3Settings } from './s3-fields.tsx';

type Kind = 's3' | 'local';

/** What is entered is tried first; where it does not work, nothing is stored and the steps are shown. */
export function DestinationForm({ onAdded }: { readonly onAdded: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>('s3');
  const [name, setName] = useState('');
  const [s3, setS3] = useState(noS3Values);
  const [path, setPath] = useState('');
  const [makeDefault, setMakeDefault] = useState(true);
  const settings = kind === 's3' ? s3Settings(s3) : { path };
  const add = useMutation({
    mutationFn: async ({ force }: { force: boolean }): Promise<ProbeResult | undefined> => {
      if (!force) {
        const probe = await call(probeResultSchema, '/v1/destinations/try', {
          method: 'POST',
          body: { kind, settings },
        });
        if (!probe.ok) return probe;
      }
      await call(addedDestinationSchema, '/v1/destinations', {
        method: 'POST',
        body: { name, kind, settings, makeDefault, force },
      });
      return undefined;
    },
    onSuccess: async (failed) => {
      if (failed !== undefined) return;
      await client.invalidateQueries({ queryKey: destinationsQuery.queryKey });
      onAdded();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ force: false });
  };
  return (
    <Card withBorder padding="lg" maw={720} component="form" onSubmit={submit}>
      <Stack>
        <SegmentedControl
          aria-label="Kind of destination"
          value={kind}
          onChange={(value) => {
            setKind(value === 'local' ? 'local' : 's3');
            add.reset();
          }}
          data={[
            { value: 's3', label: 'S3-compatible storage' },
            { value: 'local', label: 'Folder' },
          ]}
        />
        <TextInput
          label="Name"
          description="Letters, digits, dots, hyphens and underscores"
          placeholder={kind === 's3' ? 'bucket' : 'second-disk'}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          pattern="[A-Za-z0-9][A-Za-z0-9_.\-]*"
          maxLength={128}
          autoComplete="off"
          required
        />
        {kind === 's3' ? (
          <S3Fields values={s3} onChange={setS3} />
        ) : (
          <TextInput
            label="Folder"
            description="An absolute path on the server that Holdfast runs on. Best on another disk, or on a network share: backups on the disk of the server die with it."
            placeholder="/mnt/backups/holdfast"
            value={path}
            onChange={(event) => setPath(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            required
          />
        )}
        <Checkbox
          label="Make it the default: plans that name no destination back up to it"
          checked={makeDefault}
          onChange={(event) => setMakeDefault(event.currentTarget.checked)}
        />
        <div aria-live="polite">
          {add.error !== null && <Failed error={add.error} />}
          {add.data !== undefined && (
            <NotStored probe={add.data} onForce={() => add.mutate({ force: true })} />
          )}
        </div>
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending}>
            Check and add
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function NotStored({ probe, onForce }: { readonly probe: ProbeResult; readonly onForce: () => void }) {
  return (
    <Stack gap="sm">
      <ProbeReport probe={probe} />
      <Alert color="gray" title="Nothing was stored">
        <Stack gap="xs" align="flex-start">
          <Text size="sm">
            Correct what is said above and check again. Storage that is not there yet can be added all the
            same; backups to it fail until it works.
          </Text>
          <Button size="xs" variant="default" onClick={onForce}>
            Add it all the same
          </Button>
        </Stack>
      </Alert>
    </Stack>
  );
}
