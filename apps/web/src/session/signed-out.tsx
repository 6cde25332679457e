import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Failed, Loading } from '../ui/states.tsx';
import { Entrance } from './entrance.tsx';
import { ProblemOfAddress } from './problem-of-address.tsx';
import { setupQuery } from './session.queries.ts';
import { SetupForm } from './setup-form.tsx';
import { SignInForm } from './sign-in-form.tsx';

/** The way in: the first account where there is none yet, else the password. */
export function SignedOut({ ended }: { readonly ended: boolean }) {
  const setup = useQuery(setupQuery);
  const restored = useSearch({ strict: false }).restore !== undefined;
  if (setup.data?.needed === true) {
    return (
      <Entrance title="Make the first account">
        <Text c="dimmed" size="sm">
          Holdfast wrote a one-time code to its console when it started. It proves that this server is yours.
        </Text>
        <SetupForm />
      </Entrance>
    );
  }
  return (
    <Entrance title="Sign in">
      {restored ? (
        <Alert color="blue" role="status">
          Holdfast is being restored from a snapshot, which holds no sessions: sign in again.
        </Alert>
      ) : (
        ended && (
          <Alert color="blue" role="status">
            You are signed out: your session ended. Sign in to go on where you were.
          </Alert>
        )
      )}
      <ProblemOfAddress />
      {setup.isPending ? (
        <Loading rows={3} />
      ) : setup.error === null ? (
        <SignInForm />
      ) : (
        <Failed error={setup.error} retry={() => void setup.refetch()} />
      )}
    </Entrance>
  );
}
