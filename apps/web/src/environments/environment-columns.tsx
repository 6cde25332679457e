import type { EnvironmentSummary } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import { Badge, Text } from '@mantine/core';
import { Instant } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import type { Column } from '../ui/virtual-table.tsx';

/** How old its last good backup is, whether it was proven, how fast it comes back. */
export const environmentColumns: readonly Column<EnvironmentSummary>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 'minmax(0, 1.4fr)',
    render: ({ name, lastBackup }) => (
      <>
        <PageLink to="/environments/$name" params={{ name }} fw={500}>
          {name}
        </PageLink>
        <Text size="xs" c="dimmed" hiddenFrom="sm" truncate>
          {lastBackup === undefined ? 'no good backup' : <Instant at={lastBackup} />}
        </Text>
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    width: 'minmax(140px, 1fr)',
    render: (environment) => <EnvironmentState environment={environment} />,
  },
  {
    key: 'age',
    title: 'Last good backup',
    width: '130px',
    wideOnly: true,
    render: ({ lastBackup }) =>
      lastBackup === undefined ? <Text size="sm">none yet</Text> : <Instant at={lastBackup} />,
  },
  {
    key: 'proven',
    title: 'Last proven',
    width: '120px',
    wideOnly: true,
    render: ({ lastProven }) =>
      lastProven === undefined ? (
        <Text size="sm" c="dimmed">
          never
        </Text>
      ) : (
        <Instant at={lastProven} />
      ),
  },
  {
    key: 'recovery',
    title: 'Comes back in',
    width: '120px',
    wideOnly: true,
    align: 'right',
    render: ({ recoveryMs }) => (recoveryMs === undefined ? 'not measured' : formatDuration(recoveryMs)),
  },
];

/** Whether anything of it is to be protected; some are left out on purpose, by label or setting. */
export function isWanted({ protected: guarded, unprotected }: EnvironmentSummary): boolean {
  return guarded + unprotected > 0;
}

/** How well an environment is guarded, by its worst news. */
export function EnvironmentState({ environment }: { readonly environment: EnvironmentSummary }) {
  const { overdue, unprotected, suspicious, lastBackup } = environment;
  if (!isWanted(environment)) return <Badge color="gray">left out</Badge>;
  if (overdue) return <Badge color="red">overdue</Badge>;
  if (suspicious > 0) return <Badge color="orange">{suspicious} suspicious</Badge>;
  if (unprotected > 0) return <Badge color="orange">{unprotected} unprotected</Badge>;
  if (lastBackup === undefined) return <Badge color="gray">no backup yet</Badge>;
  return <Badge color="teal">protected</Badge>;
}
