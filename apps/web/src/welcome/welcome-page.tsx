import { Card, Stack, Stepper } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArchive, IconDatabaseExport, IconHistory, IconKey } from '@tabler/icons-react';
import { type ComponentType, useEffect, useRef, useState } from 'react';
import { ButtonLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { BackupStep } from './backup-step.tsx';
import { DestinationStep } from './destination-step.tsx';
import { KeyStep } from './key-step.tsx';
import { RestoreStep } from './restore-step.tsx';
import type { StepProps } from './step.ts';
import { stepTitleId } from './step-card.tsx';
import { TourDone } from './tour-done.tsx';
import { type TourProgress, type TourStep, tourSteps, useTourProgress } from './tour-progress.ts';

interface StepWords {
  readonly title: string;
  readonly detail: string;
  readonly icon: ComponentType<{ size?: number | string }>;
  readonly component: ComponentType<StepProps>;
}

const steps: Readonly<Record<TourStep, StepWords>> = {
  destination: {
    title: 'Destination',
    detail: 'Where backups go',
    icon: IconArchive,
    component: DestinationStep,
  },
  key: { title: 'Team key', detail: 'What opens them', icon: IconKey, component: KeyStep },
  backup: {
    title: 'First backup',
    detail: 'Of what was found',
    icon: IconDatabaseExport,
    component: BackupStep,
  },
  restore: {
    title: 'First restore',
    detail: 'Beside the original',
    icon: IconHistory,
    component: RestoreStep,
  },
};

/** The first ten minutes: from an empty Holdfast to a backup that was seen to restore. */
export function WelcomePage() {
  const { progress, error, refetch } = useTourProgress();
  return (
    <Page
      title="The first ten minutes"
      description="Four steps, until a backup was seen to come back. Leave at any time: each step knows whether it is done."
      actions={
        <ButtonLink to="/" variant="default">
          To the overview
        </ButtonLink>
      }
    >
      {progress !== undefined ? (
        <Tour progress={progress} />
      ) : error === null ? (
        <Loading rows={6} />
      ) : (
        <Failed error={error} retry={refetch} />
      )}
    </Page>
  );
}

function Tour({ progress }: { readonly progress: TourProgress }) {
  // A step that becomes done stays on the screen, with its result, until the person goes on.
  const [shown, setShown] = useState(() => firstOpen(progress));
  const wide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? true;
  const step = tourSteps[shown];
  const next = () => setShown(shown + 1);
  const first = useRef(true);
  useEffect(() => {
    // Who goes on is where the next step begins, by eye and by screen reader.
    if (!first.current) document.getElementById(stepTitleId)?.focus();
    first.current = false;
  }, [shown]);
  const Step = step === undefined ? undefined : steps[step].component;
  return (
    <Stack>
      <Card withBorder padding="lg">
        <Stepper
          active={shown}
          onStepClick={setShown}
          orientation={wide ? 'horizontal' : 'vertical'}
          size="sm"
        >
          {tourSteps.map((name) => {
            const { title, detail, icon: Icon } = steps[name];
            const done = progress[name];
            return (
              <Stepper.Step
                key={name}
                label={title}
                description={done ? 'done' : detail}
                icon={<Icon size={18} />}
                state={done ? 'stepCompleted' : name === step ? 'stepProgress' : 'stepInactive'}
                {...(name === step ? { 'aria-current': 'step' as const } : {})}
              />
            );
          })}
        </Stepper>
      </Card>
      {Step === undefined || step === undefined ? (
        <TourDone progress={progress} />
      ) : (
        <Step key={step} done={progress[step]} onNext={next} />
      )}
    </Stack>
  );
}

function firstOpen(progress: TourProgress): number {
  const index = tourSteps.findIndex((step) => !progress[step]);
  return index === -1 ? tourSteps.length : index;
}
