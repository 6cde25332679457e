import type { RecoveryPoint } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Alert, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconRestore } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { DrillButton } from '../drills/drill-button.tsx';
import { useMay } from '../session/use-may.ts';
import { snapshotQuery } from '../snapshots/snapshot.queries.ts';
import { Figure } from '../ui/figure.tsx';
import { formatInstantHere, Instant } from '../ui/instant.tsx';
import { ButtonLink, PageLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { PointMemberCard } from './point-member-card.tsx';
import { membersWords, PointState, provenWords } from './point-state.tsx';
import { recoveryPointQuery } from './recovery-points.queries.ts';

const route = getRouteApi('/recovery-points/$id');

/** One recovery point: what it holds, what is missing and why, and what can be done with it. */
export function RecoveryPointPage() {
  const { id } = route.useParams();
  const { data: point, error, refetch } = useQuery(recoveryPointQuery(id));
  if (point === undefined) {
    return (
      <Page title="Recovery point">
        {error === null ? <Loading /> : <Failed error={error} retry={() => void refetch()} />}
        <PageLink to="/recovery-points">All recovery points</PageLink>
      </Page>
    );
  }
  return (
    <Page
      title={`${point.environment}, ${formatInstantHere(point.time)}`}
      description="A recovery point: the snapshots of the environment that were taken together."
      actions={<Actions point={point} />}
    >
      <Figures point={point} />
      <Missing point={point} />
      <Stack gap="sm">
        <Title order={2} size="h4">
          What it holds
        </Title>
        {point.members.map((member) => (
          <PointMemberCard key={member.sourceId} member={member} point={point} />
        ))}
      </Stack>
    </Page>
  );
}

function Actions({ point }: { readonly point: RecoveryPoint }) {
  const may = useMay();
  if (!may('operator')) return null;
  return (
    <>
      <DrillButton request={{ name: point.environment, snapshot: 'latest' }}>
        Prove the newest backups by a drill
      </DrillButton>
      <ButtonLink
        to="/restore"
        search={{ environment: point.environment, point: point.id, what: 'environment', step: 'where' }}
        leftSection={<IconRestore size={16} />}
      >
        Restore this environment
      </ButtonLink>
    </>
  );
}

function Figures({ point }: { readonly point: RecoveryPoint }) {
  const ids = point.members.flatMap(({ snapshotId }) => snapshotId ?? []);
  const found = useQueries({ queries: ids.map((id) => snapshotQuery(id)) });
  const known = found.flatMap(({ data }) => data ?? []);
  const sum = (of: 'bytes' | 'bytesAdded') =>
    known.length < ids.length ? '…' : formatBytes(known.reduce((total, snapshot) => total + snapshot[of], 0));
  return (
    <Card withBorder padding="lg">
      <SimpleGrid cols={{ base: 2, sm: 4, lg: 7 }}>
        <Figure title="State">
          <PointState state={point.state} />
        </Figure>
        <Figure title="Age">
          <Instant at={point.time} />
        </Figure>
        <Figure title="Holds">{membersWords(point)}</Figure>
        <Figure title="Size">{sum('bytes')}</Figure>
        <Figure title="Added to storage">{sum('bytesAdded')}</Figure>
        <Figure title="Destination">{point.destination}</Figure>
        <Figure title="Proven">{provenWords(point)}</Figure>
      </SimpleGrid>
      <Group mt="md">
        <PageLink to="/operations/$id" params={{ id: point.operationId }} size="sm">
          The backup that took it
        </PageLink>
      </Group>
    </Card>
  );
}

function Missing({ point }: { readonly point: RecoveryPoint }) {
  const missing = [...point.members, point.definition].filter(({ snapshotId }) => snapshotId === undefined);
  if (missing.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title="Something is missing in it">
      <Stack gap={4}>
        {missing.map(({ sourceId, source, error }) => (
          <Text key={sourceId} size="sm">
            {sourceId === point.definition.sourceId ? 'How the environment is built' : <b>{source}</b>}:{' '}
            {error ?? 'its snapshot was removed since.'}
          </Text>
        ))}
        <Text size="sm">A restore leaves what is missing as it is then.</Text>
      </Stack>
    </Alert>
  );
}
