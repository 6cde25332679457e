import { Center, Container, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Shell } from '../ui/shell.tsx';
import { Failed } from '../ui/states.tsx';
import { sessionQuery } from './session.queries.ts';
import { SignedOut } from './signed-out.tsx';

/** The pages for who is signed in; the way in for everybody else. */
export function Root() {
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery);
  if (isPending) {
    return (
      <Center h="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  // Who was signed in stays on their page while the server is away.
  if (error !== null && session === undefined) {
    return (
      <Container size="xs" py="xl">
        <Failed error={error} retry={() => void refetch()} />
      </Container>
    );
  }
  return session === null ? <SignedOut /> : <Shell session={session} />;
}
