import { Center, Container, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { Shell } from '../ui/shell.tsx';
import { Failed } from '../ui/states.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { sessionQuery } from './session.queries.ts';
import { SignedOut } from './signed-out.tsx';

/** The pages for who is signed in; the way in for everybody else. */
export function Root() {
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery);
  const { pathname } = useLocation();
  const [wasSignedIn, setWasSignedIn] = useState(false);
  if (isPending) {
    return (
      <Center h="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (session === undefined) {
    return (
      <Container size="xs" py="xl">
        <Failed error={error} retry={() => void refetch()} />
      </Container>
    );
  }
  if (session !== null && !wasSignedIn) setWasSignedIn(true);
  // An invitation may be for somebody else than who is signed in.
  if (pathname === '/invitation') return <InvitationPage session={session} />;
  if (session !== null) return <Shell session={session} />;
  return <SignedOut ended={wasSignedIn && pathname !== '/sign-in'} />;
}
