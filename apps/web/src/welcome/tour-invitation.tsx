import { Alert, Button, Group, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconRoute } from '@tabler/icons-react';
import { useMay } from '../session/use-may.ts';
import { ButtonLink } from '../ui/link.tsx';
import { isTourDone, tourSteps, useTourProgress } from './tour-progress.ts';

/** Leads an owner to the steps of the first minutes that are still open; gone when none is, or they say so. */
export function TourInvitation() {
  const may = useMay();
  const [hidden, setHidden] = useLocalStorage({
    key: 'holdfast-tour-hidden',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  if (hidden || !may('owner')) return null;
  return <Invitation onHide={() => setHidden(true)} />;
}

function Invitation({ onHide }: { readonly onHide: () => void }) {
  const { progress } = useTourProgress();
  if (progress === undefined || isTourDone(progress)) return null;
  const open = tourSteps.filter((step) => !progress[step]).length;
  return (
    <Alert icon={<IconRoute />} title="The first ten minutes" variant="light">
      <Group justify="space-between">
        <Text size="sm">
          {open === 1 ? 'One step is' : `${open} steps are`} still open, until a backup was seen to come back.
        </Text>
        <Group gap="xs">
          <ButtonLink to="/welcome" size="xs">
            Go on with the tour
          </ButtonLink>
          <Button size="xs" variant="subtle" onClick={onHide}>
            Hide it
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}
