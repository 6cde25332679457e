import { SimpleGrid } from '@mantine/core';
import { IconArchive, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../session/use-may.ts';
import { ButtonLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { DestinationCard } from './destination-card.tsx';
import { destinationsQuery } from './destinations.queries.ts';

/** Storage that the user owns: whether it works, what it holds, what it costs. */
export function DestinationsPage() {
  const { data: destinations, error, refetch } = useQuery(destinationsQuery);
  return (
    <Page
      title="Destinations"
      description="Where backups go: storage that is yours. Everything is encrypted before it leaves this server."
      actions={<AddDestinationLink />}
    >
      {destinations === undefined ? (
        error === null ? (
          <Loading rows={6} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : destinations.length === 0 ? (
        <Empty icon={IconArchive} title="There is nowhere to back up to" action={<AddDestinationLink />}>
          Add a bucket, or a folder on another disk. It is checked before it is stored.
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          {destinations.map((destination) => (
            <DestinationCard key={destination.id} destination={destination} />
          ))}
        </SimpleGrid>
      )}
    </Page>
  );
}

function AddDestinationLink() {
  const may = useMay();
  if (!may('admin')) return null;
  return (
    <ButtonLink to="/destinations/new" leftSection={<IconPlus size={16} />}>
      Add a destination
    </ButtonLink>
  );
}
