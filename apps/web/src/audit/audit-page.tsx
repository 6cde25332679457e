import type { AuditEntry } from '@holdfast/contracts';
import { Badge, Text } from '@mantine/core';
import { IconLicense } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { formatInstantHere, Instant } from '../ui/instant.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { auditQuery } from './audit.queries.ts';
import { actionWords, subjectWords } from './audit-words.ts';
import { VerifyAudit } from './verify-audit.tsx';

/** Who did what, when, from where. */
export function AuditPage() {
  const query = useInfiniteQuery(auditQuery);
  return (
    <Page
      title="Audit log"
      description="Who did what, when, and from where. Each entry is chained to the one before it: what is changed or taken out later is found."
    >
      <VerifyAudit />
      <PagedTable
        label="Audit log"
        query={query}
        columns={columns}
        keyOf={({ sequence }) => String(sequence)}
        empty={
          <Empty icon={IconLicense} title="Nothing was done yet">
            Whatever changes something is written down here, and each attempt to sign in.
          </Empty>
        }
      />
    </Page>
  );
}

const columns: readonly Column<AuditEntry>[] = [
  {
    key: 'time',
    title: 'When',
    width: '195px',
    wideOnly: true,
    render: ({ time }) => <time dateTime={time}>{formatInstantHere(time)}</time>,
  },
  {
    key: 'who',
    title: 'Who',
    width: 'minmax(88px, 0.8fr)',
    render: ({ principal, time }) => (
      <>
        <Text size="sm" truncate>
          {principal.kind === 'token' ? `token ${principal.name}` : principal.name}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          <Instant at={time} />
        </Text>
      </>
    ),
  },
  {
    key: 'what',
    title: 'What',
    width: 'minmax(0, 2fr)',
    render: (entry) => (
      <>
        <Text size="sm" truncate title={entry.action}>
          {actionWords(entry)}
        </Text>
        <Text size="xs" c="dimmed" truncate title={subjectWords(entry)}>
          {subjectWords(entry)}
        </Text>
      </>
    ),
  },
  {
    key: 'outcome',
    title: 'Outcome',
    width: '100px',
    render: ({ status }) =>
      status < 400 ? (
        <Badge color="teal">done</Badge>
      ) : (
        <Badge color={status < 500 ? 'orange' : 'red'}>
          {status < 500 ? 'refused' : 'failed'} {status}
        </Badge>
      ),
  },
  {
    key: 'where',
    title: 'From',
    width: '120px',
    wideOnly: true,
    render: ({ address }) => address ?? 'the server itself',
  },
];
