import type { Alert } from '@holdfast/contracts';
import { Badge, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Instant } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { alertTitle, placeOf, severityWords } from './alert-words.ts';
import { alertHistoryQuery } from './alerts.queries.ts';

/** Every alert there ever was, newest first. */
export function AlertHistory() {
  const query = useInfiniteQuery(alertHistoryQuery);
  return (
    <PagedTable
      label="Alerts"
      query={query}
      columns={columns}
      keyOf={({ id }) => id}
      empty={
        <Empty icon={IconHistory} title="Nothing ever needed anybody">
          Alerts that are well again stay in this list.
        </Empty>
      }
    />
  );
}

const columns: readonly Column<Alert>[] = [
  {
    key: 'what',
    title: 'What',
    width: 'minmax(0, 1.2fr)',
    render: ({ code }) => <Text size="sm">{alertTitle(code)}</Text>,
  },
  {
    key: 'subject',
    title: 'About',
    width: 'minmax(0, 1fr)',
    render: ({ code, subject }) => <Subject code={code} subject={subject} />,
  },
  {
    key: 'message',
    title: 'What happened',
    width: 'minmax(0, 2fr)',
    wideOnly: true,
    render: ({ message }) => <span title={message}>{message}</span>,
  },
  {
    key: 'since',
    title: 'Since',
    width: '90px',
    wideOnly: true,
    render: ({ since }) => <Instant at={since} />,
  },
  {
    key: 'state',
    title: 'State',
    width: '120px',
    render: ({ resolvedAt, severity }) =>
      resolvedAt === undefined ? (
        <Badge color={severityWords[severity].colour}>open</Badge>
      ) : (
        <Badge color="teal">well again</Badge>
      ),
  },
  {
    key: 'resolved',
    title: 'Well again',
    width: '100px',
    wideOnly: true,
    render: ({ resolvedAt }) => (resolvedAt === undefined ? '' : <Instant at={resolvedAt} />),
  },
];

function Subject({ code, subject }: Pick<Alert, 'code' | 'subject'>) {
  const place = placeOf(code, subject);
  return place === undefined ? subject.name : <PageLink to={place}>{subject.name}</PageLink>;
}
