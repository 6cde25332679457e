import type { RecoveryPoint, RecoveryPointMember } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { Badge, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconFolderOpen, IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { DrillButton } from '../drills/drill-button.tsx';
import { useMay } from '../session/use-may.ts';
import { snapshotQuery } from '../snapshots/snapshot.queries.ts';
import { SnapshotState } from '../snapshots/snapshot-state.tsx';
import { Figure } from '../ui/figure.tsx';
import { formatInstantHere, Instant } from '../ui/instant.tsx';
import { ButtonLink, PageLink } from '../ui/link.tsx';
import { Failed, Loading } from '../ui/states.tsx';

interface PointMemberCardProps {
  readonly member: RecoveryPointMember;
  readonly point: RecoveryPoint;
}

/** One source of a recovery point: its snapshot with figures, or why there is none. */
export function PointMemberCard({ member, point }: PointMemberCardProps) {
  const { snapshotId } = member;
  return (
    <Card withBorder padding="lg" aria-label={member.source} role="group">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {member.source}
            </Text>
            <Badge variant="default">{member.kind}</Badge>
          </Group>
          {snapshotId !== undefined && (
            <MemberActions member={member} snapshotId={snapshotId} point={point} />
          )}
        </Group>
        {snapshotId === undefined ? (
          <Text size="sm" c="dimmed">
            Not in this recovery point. {member.error ?? 'Its snapshot was removed since.'}
          </Text>
        ) : (
          <SnapshotFigures id={snapshotId} />
        )}
      </Stack>
    </Card>
  );
}

function MemberActions({
  member,
  snapshotId,
  point,
}: PointMemberCardProps & { readonly snapshotId: string }) {
  const may = useMay();
  return (
    <Group gap="xs">
      {may('operator') && (
        <ButtonLink
          to="/snapshots/$id/files"
          params={{ id: snapshotId }}
          variant="default"
          size="xs"
          leftSection={<IconFolderOpen size={14} />}
        >
          Browse
        </ButtonLink>
      )}
      <DrillButton request={{ name: member.sourceId, snapshot: snapshotId }} size="xs">
        Drill
      </DrillButton>
      {may('operator') && (
        <ButtonLink
          to="/restore"
          search={{
            environment: point.environment,
            point: point.id,
            source: member.sourceId,
            snapshot: snapshotId,
            what: 'source',
            step: 'where',
          }}
          variant="light"
          size="xs"
          leftSection={<IconRestore size={14} />}
        >
          Restore this source
        </ButtonLink>
      )}
    </Group>
  );
}

function SnapshotFigures({ id }: { readonly id: string }) {
  const { data: snapshot, error, refetch } = useQuery(snapshotQuery(id));
  if (error !== null && snapshot === undefined) return <Failed error={error} retry={() => void refetch()} />;
  if (snapshot === undefined) return <Loading rows={1} />;
  return (
    <SimpleGrid cols={{ base: 2, sm: 5 }}>
      <Figure title="Taken">
        <PageLink to="/snapshots/$id" params={{ id }} size="sm">
          {formatInstantHere(snapshot.time)}
        </PageLink>
      </Figure>
      <Figure title="State">
        <SnapshotState state={snapshot.state} />
      </Figure>
      <Figure title="Size">{formatBytes(snapshot.bytes)}</Figure>
      <Figure title="Added to storage">{formatBytes(snapshot.bytesAdded)}</Figure>
      <Figure title="Proven">
        {snapshot.proof === undefined ? 'not yet' : <Instant at={snapshot.proof.time} />}
      </Figure>
    </SimpleGrid>
  );
}
