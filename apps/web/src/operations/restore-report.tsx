import type { RestoreResult } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import { Alert, Card, List, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { CountsTable } from '../ui/counts-table.tsx';
import { Figure } from '../ui/figure.tsx';
import { formatInstantHere } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { VerifiedTitle } from './verified-title.tsx';

interface RestoreReportProps {
  readonly result: RestoreResult;
  readonly source: string;
}

/** What a restore of one source put back, what was compared, and where the state before is kept. */
export function RestoreReport({ result, source }: RestoreReportProps) {
  const { snapshotId, snapshotTime, durationMs, verified, verifiedHashes = {}, warnings } = result;
  const figures = Object.keys(verified).length;
  const hashes = Object.keys(verifiedHashes).length;
  return (
    <Card withBorder padding="lg" role="region" aria-label="Result">
      <Stack>
        <VerifiedTitle verified={figures + hashes > 0}>{source} was put back</VerifiedTitle>
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          {snapshotTime !== undefined && (
            <Figure title="As it was at">
              {snapshotId === undefined ? (
                formatInstantHere(snapshotTime)
              ) : (
                <PageLink to="/snapshots/$id" params={{ id: snapshotId }}>
                  {formatInstantHere(snapshotTime)}
                </PageLink>
              )}
            </Figure>
          )}
          {durationMs !== undefined && <Figure title="Restore took">{formatDuration(durationMs)}</Figure>}
          <Figure title="Figures compared">
            {figures === 0 ? 'none' : `${figures.toLocaleString()}, all equal`}
          </Figure>
          {hashes > 0 && <Figure title="Contents hashed">{hashes.toLocaleString()}, all equal</Figure>}
        </SimpleGrid>
        <Names title="What serves now" names={result.restored} />
        <Names title="The state before is kept as" names={result.previous}>
          Remove it when you are content.
        </Names>
        <Warnings warnings={warnings} />
        {figures > 0 && (
          <Stack gap="xs">
            <Title order={3} size="h5">
              Counted after the restore and found equal
            </Title>
            <CountsTable label="Compared" counts={verified} title="Count" />
          </Stack>
        )}
      </Stack>
    </Card>
  );
}

interface NamesProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly children?: ReactNode;
}

export function Names({ title, names, children }: NamesProps) {
  if (names.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm">
        {title}
      </Text>
      <List size="sm">
        {names.map((name) => (
          <List.Item key={name} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </List.Item>
        ))}
      </List>
      {children !== undefined && (
        <Text size="sm" c="dimmed">
          {children}
        </Text>
      )}
    </div>
  );
}

export function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title="You should know">
      {warnings.map((warning) => (
        <Text key={warning} size="sm">
          {warning}
        </Text>
      ))}
    </Alert>
  );
}
