import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { KeepKey, KitLink } from '../keys/keep-key.tsx';
import { keyStatusQuery } from '../keys/keys.queries.ts';
import { useMay } from '../session/use-may.ts';
import { formatInstantHere } from '../ui/instant.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import type { StepProps } from './step.ts';
import { StepCard } from './step-card.tsx';

/** The one thing that a person has to keep. */
export function KeyStep({ done, onNext }: StepProps) {
  const may = useMay();
  const { data: status, error, refetch } = useQuery(keyStatusQuery);
  return (
    <StepCard
      title="The key that opens your backups"
      why="Backups are encrypted with one key, the team key. With it and the storage, restic alone restores everything, even when this server and Holdfast are gone. Without it, nobody can: not you, not us. Keep it outside of this server, in a password manager or on paper."
      done={done}
      onNext={onNext}
      skip="Later"
    >
      {status === undefined ? (
        error === null ? (
          <Loading rows={2} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : status.state === 'confirmed' ? (
        <Stack>
          <Text>
            The key {status.id} is kept
            {status.confirmed !== undefined &&
              `: ${status.confirmed.by} gave it back on ${formatInstantHere(status.confirmed.at)}`}
            .
          </Text>
          {may('owner') && (
            <Group>
              <KitLink />
            </Group>
          )}
        </Stack>
      ) : status.state === 'missing' ? (
        <Alert color="red" title="The vault does not hold the team key">
          An owner brings back the key of the earlier Holdfast, on the server with: holdfast key adopt
        </Alert>
      ) : may('owner') ? (
        <KeepKey />
      ) : (
        <Alert color="gray" icon={<IconLock />} title="For owners">
          An owner of this Holdfast keeps the key and confirms it.
        </Alert>
      )}
    </StepCard>
  );
}
