import { count } from '@holdfast/contracts/quantities';
import { Button, Group, Text } from '@mantine/core';
import { IconArrowLeft, IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../session/use-may.ts';
import { formatInstantHere } from '../ui/instant.tsx';
import { ButtonLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { FileBrowser } from './file-browser.tsx';
import { restorePreflightQuery, snapshotQuery } from './snapshot.queries.ts';

const route = getRouteApi('/snapshots/$id/files');

/** What lies in a snapshot: to look at, to download, or to pick for a restore. */
export function SnapshotFilesPage() {
  const { id } = route.useParams();
  const { path = '/' } = route.useSearch();
  const navigate = useNavigate();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const { data: snapshot, error, refetch } = useQuery(snapshotQuery(id));
  const may = useMay();
  const preflight = useQuery({
    ...restorePreflightQuery(snapshot?.sourceId ?? '', id),
    enabled: snapshot !== undefined && may('operator'),
  });
  const mayPick = preflight.data?.files === true;
  if (snapshot === undefined) {
    return (
      <Page title="Files of a snapshot">
        {error === null ? <Loading /> : <Failed error={error} retry={() => void refetch()} />}
      </Page>
    );
  }
  return (
    <Page
      title={`What lies in ${snapshot.source}`}
      description={`As it was at ${formatInstantHere(snapshot.time)}. A folder is downloaded as a tar archive, a database as a dump.`}
      actions={
        <ButtonLink
          to="/snapshots/$id"
          params={{ id }}
          variant="default"
          leftSection={<IconArrowLeft size={16} />}
        >
          The snapshot
        </ButtonLink>
      }
    >
      {mayPick && (
        <Group gap="sm">
          <Text size="sm" aria-live="polite">
            {picked.length === 0
              ? 'Pick files and folders to restore only those.'
              : `${count(picked.length, 'path')} picked.`}
          </Text>
          {picked.length > 0 && (
            <>
              <Button variant="default" size="xs" onClick={() => setPicked([])}>
                Pick none
              </Button>
              <ButtonLink
                to="/restore"
                search={{
                  snapshot: id,
                  what: 'files',
                  paths: [...picked],
                  step: 'where',
                }}
                size="xs"
                leftSection={<IconRestore size={14} />}
              >
                Restore what is picked
              </ButtonLink>
            </>
          )}
        </Group>
      )}
      <FileBrowser
        snapshotId={id}
        path={path}
        onPath={(next) =>
          void navigate({ to: '/snapshots/$id/files', params: { id }, search: { path: next } })
        }
        picked={picked}
        onPick={mayPick ? setPicked : undefined}
      />
    </Page>
  );
}
