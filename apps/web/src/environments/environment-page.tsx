import type { Environment } from '@holdfast/contracts';
import { Group, Stack, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { DrillButton } from '../drills/drill-button.tsx';
import { sourcesQuery } from '../sources/sources.queries.ts';
import { Page } from '../ui/page.tsx';
import { RestoreButton } from '../ui/restore-button.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { EnvironmentState } from './environment-columns.tsx';
import { EnvironmentFacts } from './environment-facts.tsx';
import { EnvironmentMembers } from './environment-members.tsx';
import { environmentQuery } from './environments.queries.ts';

const route = getRouteApi('/environments/$name');

/** One environment: how well it is guarded as a whole, and its sources. */
export function EnvironmentPage() {
  const { name } = route.useParams();
  const { data: environment, error, refetch } = useQuery(environmentQuery(name));
  if (environment === undefined) {
    return (
      <Page title={name} actions={error !== null && <Restore name={name} />}>
        {error === null ? <Loading rows={8} /> : <Failed error={error} retry={() => void refetch()} />}
      </Page>
    );
  }
  return <Known environment={environment} />;
}

function Known({ environment }: { readonly environment: Environment }) {
  const { name, members } = environment;
  const { data, hasNextPage } = useInfiniteQuery(sourcesQuery({ environment: name }));
  const sources = hasNextPage ? undefined : data?.pages.flatMap((page) => page.items);
  const hasBackup = members.some(({ lastSuccess }) => lastSuccess !== undefined);
  return (
    <Page
      title={name}
      description="What belongs together, and is backed up and restored together."
      actions={
        <>
          {environment.protected > 0 && (
            <BackUpButton request={{ names: [name], all: false }}>Back up now</BackUpButton>
          )}
          {hasBackup && <DrillButton request={{ name, snapshot: 'latest' }}>Prove it now</DrillButton>}
          {hasBackup && <Restore name={name} />}
        </>
      }
    >
      <Group>
        <EnvironmentState environment={environment} />
      </Group>
      <EnvironmentFacts environment={environment} sources={sources} />
      <Stack>
        <Title order={2} size="h4">
          Sources
        </Title>
        <EnvironmentMembers name={name} />
      </Stack>
    </Page>
  );
}

function Restore({ name }: { readonly name: string }) {
  return <RestoreButton search={{ environment: name }}>Restore</RestoreButton>;
}
