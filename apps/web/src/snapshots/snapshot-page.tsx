import type { Snapshot } from '@holdfast/contracts';
import { formatBytes, formatDuration } from '@holdfast/contracts/quantities';
import { Alert, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconFolderOpen,
  IconRestore,
  IconShieldCheck,
  IconShieldOff,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { DrillButton } from '../drills/drill-button.tsx';
import { useMay } from '../session/use-may.ts';
import { CountsTable } from '../ui/counts-table.tsx';
import { Figure } from '../ui/figure.tsx';
import { formatInstantHere, Instant } from '../ui/instant.tsx';
import { ButtonLink, PageLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { ConfirmSnapshot } from './confirm-snapshot.tsx';
import { DeleteSnapshot } from './delete-snapshot.tsx';
import { snapshotQuery } from './snapshot.queries.ts';
import { SnapshotState } from './snapshot-state.tsx';

const route = getRouteApi('/snapshots/$id');

/** One snapshot: its figures, its proof, its parts, and what can be done with it. */
export function SnapshotPage() {
  const { id } = route.useParams();
  const { data: snapshot, error, refetch } = useQuery(snapshotQuery(id));
  if (snapshot === undefined) {
    return (
      <Page title="Snapshot">
        {error === null ? <Loading /> : <Failed error={error} retry={() => void refetch()} />}
        <PageLink to="/recovery-points">All recovery points</PageLink>
      </Page>
    );
  }
  return (
    <Page
      title={`${snapshot.source}, ${formatInstantHere(snapshot.time)}`}
      description={`A snapshot of one source (${snapshot.kind}).`}
      actions={<Actions snapshot={snapshot} />}
    >
      {snapshot.state === 'suspicious' && <Suspicious snapshot={snapshot} />}
      <Card withBorder padding="lg">
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
          <Figure title="State">
            <SnapshotState state={snapshot.state} />
          </Figure>
          <Figure title="Age">
            <Instant at={snapshot.time} />
          </Figure>
          <Figure title="Size">{formatBytes(snapshot.bytes)}</Figure>
          <Figure title="Added to storage">{formatBytes(snapshot.bytesAdded)}</Figure>
          <Figure title="Backup took">{formatDuration(snapshot.durationMs)}</Figure>
          <Figure title="Destination">{snapshot.destination}</Figure>
        </SimpleGrid>
      </Card>
      <Proven snapshot={snapshot} />
      <Parts snapshot={snapshot} />
      <Counted snapshot={snapshot} />
      <DeleteSnapshot snapshot={snapshot} />
    </Page>
  );
}

function Actions({ snapshot: { id, source, sourceId } }: { readonly snapshot: Snapshot }) {
  const may = useMay();
  return (
    <>
      {may('operator') && (
        <ButtonLink
          to="/snapshots/$id/files"
          params={{ id }}
          variant="default"
          leftSection={<IconFolderOpen size={16} />}
        >
          Browse and download
        </ButtonLink>
      )}
      <DrillButton request={{ name: sourceId ?? source, snapshot: id }}>Drill</DrillButton>
      {may('operator') && (
        <ButtonLink
          to="/restore"
          search={{ snapshot: id, step: 'what' }}
          leftSection={<IconRestore size={16} />}
        >
          Restore
        </ButtonLink>
      )}
    </>
  );
}

function Suspicious({ snapshot }: { readonly snapshot: Snapshot }) {
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title="This snapshot is suspicious">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          It holds much less than the one before it. Until somebody says that this is right, nothing older of{' '}
          {snapshot.source} is removed. Browse it, or compare its figures with those of an earlier one.
        </Text>
        <ConfirmSnapshot id={snapshot.id} />
      </Stack>
    </Alert>
  );
}

function Proven({ snapshot: { proof, source } }: { readonly snapshot: Snapshot }) {
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Group gap="xs">
          {proof === undefined ? (
            <IconShieldOff size={20} aria-hidden />
          ) : (
            <IconShieldCheck size={20} color="var(--mantine-color-teal-6)" aria-hidden />
          )}
          <Title order={2} size="h4">
            {proof === undefined ? 'Not proven yet' : 'Proven: a restore of it was compared and found equal'}
          </Title>
        </Group>
        {proof === undefined ? (
          <Text size="sm" c="dimmed">
            A drill restores it into a throwaway place, counts what came back and compares. Nothing of{' '}
            {source} is touched.
          </Text>
        ) : (
          <>
            <SimpleGrid cols={{ base: 2, sm: 4 }}>
              <Figure title="When">{formatInstantHere(proof.time)}</Figure>
              <Figure title="Restore took">{formatDuration(proof.durationMs)}</Figure>
              <Figure title="Figures compared">{Object.keys(proof.compared).length.toLocaleString()}</Figure>
              <Figure title="Contents hashed">{proof.hashes.toLocaleString()}</Figure>
            </SimpleGrid>
            <CountsTable label="What was compared" counts={proof.compared} title="Found equal" />
          </>
        )}
      </Stack>
    </Card>
  );
}

function Parts({ snapshot: { parts, resticId, id } }: { readonly snapshot: Snapshot }) {
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Parts
        </Title>
        {parts.map((part) => (
          <Group key={`${part.path} ${part.resticId}`} justify="space-between" gap="xs">
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {part.path}
            </Text>
            <Text size="sm" c="dimmed">
              {formatBytes(part.bytes)}, restic {part.resticId.slice(0, 8)}
            </Text>
          </Group>
        ))}
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          Id {id}; the first part is the restic snapshot {resticId}.
        </Text>
      </Stack>
    </Card>
  );
}

function Counted({ snapshot: { counts } }: { readonly snapshot: Snapshot }) {
  if (Object.keys(counts).length === 0) return null;
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Counted at backup time
        </Title>
        <CountsTable label="Counted at backup time" counts={counts} title="Count" />
      </Stack>
    </Card>
  );
}
