import { Stack, Stepper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem.ts';
import { recoveryPointQuery } from '../recovery-points/recovery-points.queries.ts';
import { useMay } from '../session/use-may.ts';
import { snapshotQuery } from '../snapshots/snapshot.queries.ts';
import { PageLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { CheckStep } from './check-step.tsx';
import { Chosen } from './chosen.tsx';
import { ConfirmStep } from './confirm-step.tsx';
import { FromStep } from './from-step.tsx';
import { type CompletedSearch, choiceOf, stepsOf } from './restore-choice.ts';
import { type RestoreSearch, type RestoreStep, restoreSteps } from './restore-search.ts';
import type { Go } from './step.ts';
import { WhatStep } from './what-step.tsx';
import { WhereStep } from './where-step.tsx';

const route = getRouteApi('/restore');

const labels: Readonly<Record<RestoreStep, string>> = {
  from: 'From when',
  what: 'What',
  where: 'Where to',
  check: 'Check',
  confirm: 'Confirm',
};

/** From a state to go back to, to a restore that runs: step by step, each in the address. */
export function RestorePage() {
  const may = useMay();
  return (
    <Page
      title="Restore"
      description="Puts back what a backup holds. Nothing is changed before the last step."
    >
      {may('operator') ? (
        <Wizard />
      ) : (
        <>
          <Failed
            error={
              new ApiProblem(
                403,
                'forbidden',
                'Operators restore.',
                'Ask an operator or an admin of your team.',
              )
            }
          />
          <PageLink to="/recovery-points">Look at the recovery points</PageLink>
        </>
      )}
    </Page>
  );
}

function Wizard() {
  const navigate = useNavigate();
  const chosen = route.useSearch();
  const { search, error, known } = useCompleted(chosen);
  const go: Go = (next, { replace = false } = {}) =>
    void navigate({ to: '/restore', search: { ...chosen, ...next }, replace });
  if (error !== null) {
    return (
      <>
        <Failed error={error} />
        <PageLink to="/restore" search={{}}>
          Choose another state
        </PageLink>
      </>
    );
  }
  if (!known) return <Loading />;
  const { current, furthest } = stepsOf(search);
  const step = restoreSteps[current] ?? 'from';
  return (
    <Stack gap="lg">
      <Stepper
        active={current}
        onStepClick={(index) => go({ step: restoreSteps[index] })}
        size="sm"
        visibleFrom="sm"
        aria-label="Steps of the restore"
      >
        {restoreSteps.map((one, index) => (
          <Stepper.Step
            key={one}
            label={labels[one]}
            allowStepSelect={index <= furthest && index !== current}
          />
        ))}
      </Stepper>
      <Text hiddenFrom="sm" fw={600}>
        Step {current + 1} of {restoreSteps.length}: {labels[step]}
      </Text>
      {step !== 'from' && <Chosen search={search} />}
      <Step step={step} search={search} go={go} />
    </Stack>
  );
}

interface StepProps {
  readonly step: RestoreStep;
  readonly search: CompletedSearch;
  readonly go: Go;
}

function Step({ step, search, go }: StepProps) {
  const choice = choiceOf(search);
  if (step === 'from') return <FromStep search={search} go={go} />;
  if (step === 'what' || choice === undefined) return <WhatStep search={search} go={go} />;
  if (step === 'where') return <WhereStep choice={choice} search={search} go={go} />;
  if (step === 'check') return <CheckStep choice={choice} search={search} go={go} />;
  return <ConfirmStep choice={choice} search={search} go={go} />;
}

/** What follows from what was chosen: the environment of a point, the source of a snapshot, the snapshot in a point. */
function useCompleted(search: RestoreSearch) {
  const point = useQuery({ ...recoveryPointQuery(search.point ?? ''), enabled: search.point !== undefined });
  const snapshot = useQuery({
    ...snapshotQuery(search.snapshot ?? ''),
    enabled: search.snapshot !== undefined,
  });
  const member = point.data?.members.find(
    ({ source, sourceId }) => sourceId === search.source || source === search.source,
  );
  return {
    search: {
      ...search,
      point: point.data?.id ?? search.point,
      environment: point.data?.environment ?? search.environment,
      snapshot: snapshot.data?.id ?? search.snapshot ?? member?.snapshotId,
      source: member?.sourceId ?? snapshot.data?.sourceId ?? search.source,
      sourceName: member?.source ?? snapshot.data?.source,
    } satisfies CompletedSearch,
    error:
      (point.data === undefined ? point.error : null) ??
      (snapshot.data === undefined ? snapshot.error : null),
    known:
      (search.point === undefined || point.data !== undefined) &&
      (search.snapshot === undefined || snapshot.data !== undefined),
  };
}
