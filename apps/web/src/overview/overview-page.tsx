import { SimpleGrid, Stack } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { ButtonLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { TourInvitation } from '../welcome/tour-invitation.tsx';
import { EnvironmentsCard } from './environments-card.tsx';
import { overviewQuery } from './overview.queries.ts';
import { RunsCalendar } from './runs-calendar.tsx';
import { StorageCard } from './storage-card.tsx';
import { Verdict } from './verdict.tsx';
import { WhatIsNext } from './what-is-next.tsx';

/** Is everything protected, would it come back, how fast, and what needs somebody. */
export function OverviewPage() {
  const { data: overview, error, refetch } = useQuery(overviewQuery);
  if (overview === undefined) {
    return (
      <Page title="Overview">
        {error === null ? <Loading rows={8} /> : <Failed error={error} retry={() => void refetch()} />}
      </Page>
    );
  }
  if (overview.environments.length === 0) {
    return (
      <Page title="Overview">
        <TourInvitation />
        <Empty
          icon={IconDatabase}
          title="Nothing was found to protect yet"
          action={<ButtonLink to="/sources">Look at the sources</ButtonLink>}
        >
          Holdfast finds databases and volumes of containers by itself, as soon as it can reach the Docker
          engine. Folders and database servers elsewhere are declared by hand.
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title="Overview"
      actions={<BackUpButton request={{ all: true, names: [] }}>Back everything up now</BackUpButton>}
    >
      <Stack>
        <TourInvitation />
        <Verdict overview={overview} />
        <EnvironmentsCard environments={overview.environments} />
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <StorageCard days={overview.storage} destinations={overview.destinations} />
          <Stack>
            <RunsCalendar days={overview.operations} until={overview.time} />
            <WhatIsNext runs={overview.nextRuns} />
          </Stack>
        </SimpleGrid>
      </Stack>
    </Page>
  );
}
