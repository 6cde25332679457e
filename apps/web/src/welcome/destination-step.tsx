import type { Destination } from '@holdfast/contracts';
import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { CheckButton } from '../destinations/check-button.tsx';
import { kindOfDestination } from '../destinations/destination-words.ts';
import { destinationsQuery } from '../destinations/destinations.queries.ts';
import { ProbeReport } from '../destinations/probe-report.tsx';
import { ButtonLink } from '../ui/link.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import type { StepProps } from './step.ts';
import { StepCard } from './step-card.tsx';

/** Where backups go: tried now, not at three in the morning. */
export function DestinationStep({ done, onNext }: StepProps) {
  const { data: destinations, error, refetch } = useQuery(destinationsQuery);
  const chosen = destinations?.find(({ isDefault }) => isDefault);
  return (
    <StepCard
      title="Where backups go"
      why="Storage that is yours. Everything is encrypted before it is written there, so it need not be trusted with more than keeping it."
      done={done}
      onNext={onNext}
    >
      {destinations === undefined ? (
        error === null ? (
          <Loading rows={3} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : chosen === undefined ? (
        <AddAnother filled />
      ) : (
        <Chosen destination={chosen} done={done} />
      )}
    </StepCard>
  );
}

function Chosen({ destination, done }: { readonly destination: Destination; readonly done: boolean }) {
  const { name, kind, location, onThisMachine = false, lastProbe } = destination;
  return (
    <Stack>
      <div>
        <Text fw={600}>
          {name}: {kindOfDestination(kind)}, the default
        </Text>
        <Code style={{ overflowWrap: 'anywhere' }}>{location}</Code>
      </div>
      {onThisMachine && (
        <Alert
          color="orange"
          icon={<IconAlertTriangle />}
          title="Backups in a folder of this server die with the server"
        >
          They help when data is deleted or broken, not when the disk, the server or the provider is gone. Add
          storage elsewhere: now, or later under Destinations.
        </Alert>
      )}
      {lastProbe !== undefined && (
        // What the machine's own words say of its disk is said above.
        <ProbeReport probe={onThisMachine ? { ...lastProbe, warnings: [] } : lastProbe} />
      )}
      <Group>
        <CheckButton destination={destination} variant={done ? 'default' : 'filled'}>
          {lastProbe === undefined ? 'Check that it works' : 'Check again'}
        </CheckButton>
        <AddAnother />
      </Group>
    </Stack>
  );
}

function AddAnother({ filled = false }: { readonly filled?: boolean }) {
  return (
    <ButtonLink
      to="/destinations/new"
      search={{ from: 'welcome' }}
      variant={filled ? 'filled' : 'default'}
      leftSection={<IconPlus size={16} />}
    >
      Add storage elsewhere
    </ButtonLink>
  );
}
