import type { Source } from '@holdfast/contracts';
import { Text } from '@mantine/core';
import { Instant } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { SourceState } from './source-state.tsx';

/** A source in a list. */
export const sourceColumns: readonly Column<Source>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 'minmax(0, 1.6fr)',
    render: ({ id, name, lastSuccess }) => (
      <>
        <PageLink to="/sources/$id" params={{ id }} fw={500}>
          {name}
        </PageLink>
        <Text size="xs" c="dimmed" hiddenFrom="sm" truncate>
          {lastSuccess === undefined ? 'no good backup' : <Instant at={lastSuccess} />}
        </Text>
      </>
    ),
  },
  { key: 'kind', title: 'Kind', width: '110px', wideOnly: true, render: ({ kind }) => kind },
  {
    key: 'environment',
    title: 'Environment',
    width: 'minmax(0, 1fr)',
    wideOnly: true,
    render: ({ environment }) => (
      <PageLink to="/environments/$name" params={{ name: environment }}>
        {environment}
      </PageLink>
    ),
  },
  { key: 'state', title: 'State', width: '130px', render: (source) => <SourceState source={source} /> },
  {
    key: 'last',
    title: 'Last good backup',
    width: '120px',
    wideOnly: true,
    render: ({ lastSuccess }) => (lastSuccess === undefined ? 'none' : <Instant at={lastSuccess} />),
  },
  {
    key: 'proven',
    title: 'Last proven',
    width: '110px',
    wideOnly: true,
    render: ({ lastVerified }) => (lastVerified === undefined ? 'never' : <Instant at={lastVerified} />),
  },
  {
    key: 'next',
    title: 'Next',
    width: '100px',
    wideOnly: true,
    render: ({ nextRun }) => (nextRun === undefined ? '–' : <Instant at={nextRun} />),
  },
];
