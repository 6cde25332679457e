import type { Environment } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import { Card, SimpleGrid } from '@mantine/core';
import { Figure } from '../ui/figure.tsx';
import { Instant } from '../ui/instant.tsx';

/** The figures of the whole, each with what it leaves out. */
export function EnvironmentFacts({ environment }: { readonly environment: Environment }) {
  const { lastBackup, lastProven, recoveryMs, overdue, sources, members } = environment;
  const measured = members.filter((member) => member.present && member.recoveryMs !== undefined).length;
  return (
    <Card withBorder padding="lg">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Figure title="Last good backup of all">
          {lastBackup === undefined ? 'none yet' : <Instant at={lastBackup} />}
          {overdue ? ', overdue by its plan' : lastBackup !== undefined && ', within its plan'}
        </Figure>
        <Figure title="Last proven restore">
          {lastProven === undefined ? 'never' : <Instant at={lastProven} />}
        </Figure>
        <Figure title="Comes back in">
          {recoveryMs === undefined
            ? 'not measured'
            : `${formatDuration(recoveryMs)}${measured < sources ? `, for ${measured} of ${sources} sources` : ''}`}
        </Figure>
        <Figure title="Protected">
          {environment.protected} of {sources} sources
        </Figure>
      </SimpleGrid>
    </Card>
  );
}
