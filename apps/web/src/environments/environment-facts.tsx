import type { Environment, Source } from '@holdfast/contracts';
import { count, formatDuration } from '@holdfast/contracts/quantities';
import { Card, SimpleGrid } from '@mantine/core';
import { Figure } from '../ui/figure.tsx';
import { Instant } from '../ui/instant.tsx';

interface EnvironmentFactsProps {
  readonly environment: Environment;
  /** Its sources with what their plans say of them; undefined until all of them are known. */
  readonly sources: readonly Source[] | undefined;
}

/** The figures of the whole, each with what it leaves out. */
export function EnvironmentFacts({ environment, sources = [] }: EnvironmentFactsProps) {
  const { lastBackup, lastProven, recoveryMs, overdue, members } = environment;
  const measured = members.filter((member) => member.present && member.recoveryMs !== undefined).length;
  const next = sources.flatMap(({ nextRun }) => nextRun ?? []).toSorted()[0];
  const known = sources.length > 0;
  const guarded = known ? sources.filter((one) => one.protected).length : environment.protected;
  return (
    <Card withBorder padding="lg">
      <SimpleGrid cols={{ base: 2, md: 5 }}>
        <Figure title="Last good backup of all">
          {lastBackup === undefined ? 'none yet' : <Instant at={lastBackup} />}
          {overdue && ', overdue'}
        </Figure>
        <Figure title="Next backup">
          {next === undefined ? known ? 'none planned' : '…' : <Instant at={next} />}
        </Figure>
        <Figure title="Last proven restore">
          {lastProven === undefined ? 'never' : <Instant at={lastProven} />}
        </Figure>
        <Figure
          title={measured < environment.sources ? `Comes back in (${measured} measured)` : 'Comes back in'}
        >
          {recoveryMs === undefined ? 'not measured' : formatDuration(recoveryMs)}
        </Figure>
        <Figure title="Protected">
          {guarded} of {count(environment.sources, 'source')}
        </Figure>
      </SimpleGrid>
    </Card>
  );
}
