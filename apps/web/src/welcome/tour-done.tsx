import { Alert, Card, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconShieldCheck, IconShieldExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { destinationsQuery } from '../destinations/destinations.queries.ts';
import { KitLink } from '../keys/keep-key.tsx';
import { useMay } from '../session/use-may.ts';
import { ButtonLink } from '../ui/link.tsx';
import { stepTitleId } from './step-card.tsx';
import { isTourDone, type TourProgress } from './tour-progress.ts';

/** What is true now, and what is worth doing next. */
export function TourDone({ progress }: { readonly progress: TourProgress }) {
  const may = useMay();
  const { data: destinations = [] } = useQuery(destinationsQuery);
  const done = isTourDone(progress);
  const onlyHere = destinations.every(({ onThisMachine = false }) => onThisMachine);
  return (
    <Card withBorder padding="lg" component="section" aria-label="The end of the tour">
      <Stack>
        <Group wrap="nowrap" align="flex-start">
          <ThemeIcon size={48} radius="xl" variant="light" color={done ? 'teal' : 'orange'}>
            {done ? <IconShieldCheck size={28} /> : <IconShieldExclamation size={28} />}
          </ThemeIcon>
          <div>
            <Title order={2} size="h3" id={stepTitleId} tabIndex={-1} style={{ scrollMarginTop: 80 }}>
              {done ? 'Protected, and seen to come back' : 'Some steps are still open'}
            </Title>
            <Text c="dimmed">
              {done
                ? 'From now on the plan runs by itself, and the overview says when something needs you.'
                : 'They stay here, and on the overview, until they are done.'}
            </Text>
          </div>
        </Group>
        {onlyHere && (
          <Alert color="orange" title="Every backup is still on this server">
            Add storage elsewhere before you count on them.
          </Alert>
        )}
        <Text size="sm">
          The recovery kit now lists what was backed up: print it, and keep it with the key.
        </Text>
        <Group>
          <ButtonLink to="/">To the overview</ButtonLink>
          {onlyHere && may('admin') && (
            <ButtonLink to="/destinations/new" search={{ from: 'welcome' }} variant="default">
              Add storage elsewhere
            </ButtonLink>
          )}
          {may('owner') && <KitLink />}
        </Group>
      </Stack>
    </Card>
  );
}
