import { Alert, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { callVoid } from '../api/call.ts';
import { ApiProblem } from '../api/problem.ts';

const askEveryMs = 3_000;

/** Says that the server is away for as long as it is, and has everything told anew once it is back. */
export function ConnectionNotice() {
  const client = useQueryClient();
  const [lost, setLost] = useState(false);
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'failed') return;
        const { error } = event.action;
        if (error instanceof ApiProblem && error.status === 0) setLost(true);
      }),
    [client],
  );
  useEffect(() => {
    if (!lost) return;
    const ask = async () => {
      try {
        await callVoid('/healthz', {});
      } catch {
        return;
      }
      setLost(false);
      await client.invalidateQueries();
    };
    const timer = setInterval(() => void ask(), askEveryMs);
    return () => clearInterval(timer);
  }, [lost, client]);
  if (!lost) return null;
  return (
    <Alert
      color="orange"
      icon={<IconPlugConnectedX />}
      title="No connection to the server"
      role="status"
      mb="lg"
    >
      <Text size="sm">
        What you see is as it was before. What runs on the server goes on without this page; it connects again
        by itself.
      </Text>
    </Alert>
  );
}
