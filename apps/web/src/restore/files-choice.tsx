import { count } from '@holdfast/contracts/quantities';
import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FileBrowser } from '../snapshots/file-browser.tsx';
import { restorePreflightQuery } from '../snapshots/snapshot.queries.ts';
import { PageLink } from '../ui/link.tsx';
import { Failed, Loading } from '../ui/states.tsx';

interface FilesChoiceProps {
  readonly source: string;
  readonly sourceName: string;
  readonly snapshot: string;
  readonly picked: readonly string[];
  readonly onPick: (paths: readonly string[]) => void;
}

/** Files and folders of a snapshot to put back, where its kind of source has any. */
export function FilesChoice({ source, sourceName, snapshot, picked, onPick }: FilesChoiceProps) {
  const [path, setPath] = useState('/');
  const { data: preflight, error, refetch } = useQuery(restorePreflightQuery(source, snapshot));
  if (preflight === undefined) {
    return error === null ? <Loading rows={4} /> : <Failed error={error} retry={() => void refetch()} />;
  }
  if (!preflight.files) {
    return (
      <Alert color="blue" icon={<IconInfoCircle />} title={`${sourceName} is put back as a whole`}>
        <Text size="sm">
          It holds no files that can be put back one by one.{' '}
          <PageLink to="/snapshots/$id/files" params={{ id: snapshot }} size="sm">
            Download it as a dump
          </PageLink>{' '}
          to look for single things in it, or restore it beside what is there.
        </Text>
      </Alert>
    );
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" aria-live="polite">
          {picked.length === 0
            ? 'Pick at least one file or folder.'
            : `${count(picked.length, 'path')} picked.`}
        </Text>
      </Group>
      <FileBrowser snapshotId={snapshot} path={path} onPath={setPath} picked={picked} onPick={onPick} />
    </Stack>
  );
}
