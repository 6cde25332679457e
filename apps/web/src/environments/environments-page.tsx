import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconStack2 } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ButtonLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';
import { environmentColumns } from './environment-columns.tsx';
import { environmentsQuery } from './environments.queries.ts';

/** What is restored together, and how well it is guarded. */
export function EnvironmentsPage() {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const query = useInfiniteQuery(environmentsQuery(search === '' ? undefined : search));
  return (
    <Page
      title="Environments"
      description="Sources that belong together and are restored together: a Compose project, a container that stands alone, or what was declared as one."
    >
      <TextInput
        aria-label="Search by name"
        placeholder="Search by name"
        maw={320}
        leftSection={<IconSearch size={16} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <PagedTable
        label="Environments"
        query={query}
        columns={environmentColumns}
        keyOf={({ name }) => name}
        empty={
          <Empty
            icon={IconStack2}
            title={search === '' ? 'There is no environment yet' : 'Nothing matches'}
            action={<ButtonLink to="/sources">Look at the sources</ButtonLink>}
          >
            {search === ''
              ? 'Each source that is found or declared belongs to one.'
              : 'No environment has this in its name.'}
          </Empty>
        }
      />
    </Page>
  );
}
