import { IconDatabase } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sourceColumns } from '../sources/source-columns.tsx';
import { sourcesQuery } from '../sources/sources.queries.ts';
import { ButtonLink } from '../ui/link.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { VirtualTable } from '../ui/virtual-table.tsx';

const columns = sourceColumns.filter(({ key }) => key !== 'environment');

/** The sources of an environment, those that are gone among them. */
export function EnvironmentMembers({ name }: { readonly name: string }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    sourcesQuery({ environment: name }),
  );
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = data?.pages.flatMap((page) => page.items);
  if (rows === undefined) {
    return error === null ? <Loading /> : <Failed error={error} retry={() => void refetch()} />;
  }
  if (rows.length === 0) {
    return (
      <Empty
        icon={IconDatabase}
        title="None of its sources is there"
        action={<ButtonLink to="/sources">Look at all sources</ButtonLink>}
      >
        They are listed again when they are found again.
      </Empty>
    );
  }
  return (
    <VirtualTable
      label="Sources"
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      onEnd={onEnd}
      loadingMore={isFetchingNextPage}
    />
  );
}
