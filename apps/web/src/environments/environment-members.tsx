import { IconDatabase } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { sourceColumns } from '../sources/source-columns.tsx';
import { sourcesQuery } from '../sources/sources.queries.ts';
import { ButtonLink } from '../ui/link.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';

const columns = sourceColumns.filter(({ key }) => key !== 'environment');

/** The sources of an environment, those that are gone among them. */
export function EnvironmentMembers({ name }: { readonly name: string }) {
  const query = useInfiniteQuery(sourcesQuery({ environment: name }));
  return (
    <PagedTable
      label="Sources"
      query={query}
      columns={columns}
      keyOf={({ id }) => id}
      empty={
        <Empty
          icon={IconDatabase}
          title="None of its sources is there"
          action={<ButtonLink to="/sources">Look at all sources</ButtonLink>}
        >
          They are listed again when they are found again.
        </Empty>
      }
    />
  );
}
