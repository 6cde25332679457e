import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { accountQuery } from '../people/people.queries.ts';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { ChangePassword } from './change-password.tsx';
import { DetailsCard } from './details-card.tsx';
import { SecondFactorCard } from './second-factor-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

/** Who is signed in, how they prove it, and where. */
export function AccountPage() {
  const { data: account, error, refetch } = useQuery(accountQuery);
  return (
    <Page title="Your account">
      {account === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <Stack>
          <DetailsCard account={account} />
          <ChangePassword />
          <SecondFactorCard on={account.secondFactor} />
          <SessionsCard />
        </Stack>
      )}
    </Page>
  );
}
