import { Checkbox, Radio, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { recoveryPointQuery } from '../recovery-points/recovery-points.queries.ts';
import { restorePreflightQuery } from '../snapshots/snapshot.queries.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { RadioCard } from './radio-card.tsx';
import type { RestoreChoice } from './restore-choice.ts';
import { fileModeWords, modeWords } from './restore-words.ts';
import type { ChosenStepProps, StepProps } from './step.ts';
import { StepButtons } from './step-buttons.tsx';

/** In place of what is there, or beside it. */
export function WhereStep({ choice, search, go }: ChosenStepProps) {
  return choice.what === 'environment' ? (
    <EnvironmentPlace point={choice.point} search={search} go={go} />
  ) : (
    <SourcePlace choice={choice} search={search} go={go} />
  );
}

function EnvironmentPlace({ point, search, go }: StepProps & { readonly point: string }) {
  const { data } = useQuery(recoveryPointQuery(point));
  const missing = data?.members.filter(({ snapshotId }) => snapshotId === undefined) ?? [];
  const names = missing.map(({ source }) => source).join(', ');
  return (
    <Stack gap="lg">
      <Text>
        The environment is put back in its own place: its containers stop, what is missing of it is made, its
        data is exchanged, and what ran before starts again. If any part fails, all of it is put back as it
        was.
      </Text>
      <Switch
        label="Back up what is there first"
        description="One more recovery point, to come back from this restore."
        checked={search.noSafety !== true}
        onChange={(event) =>
          go({ noSafety: event.currentTarget.checked ? undefined : true }, { replace: true })
        }
      />
      {missing.length > 0 && (
        <Checkbox
          label={`Go on although ${names} is missing in the recovery point`}
          description="What is missing is left as it is now."
          checked={search.partial === true}
          onChange={(event) => go({ partial: event.currentTarget.checked || undefined }, { replace: true })}
        />
      )}
      <StepButtons
        onBack={() => go({ step: 'what' })}
        onNext={() => go({ step: 'check' })}
        disabled={missing.length > 0 && search.partial !== true}
      />
    </Stack>
  );
}

interface SourcePlaceProps extends StepProps {
  readonly choice: Exclude<RestoreChoice, { what: 'environment' }>;
}

function SourcePlace({ choice, search, go }: SourcePlaceProps) {
  const { data: preflight, error, refetch } = useQuery(restorePreflightQuery(choice.source, choice.snapshot));
  if (preflight === undefined) {
    return error === null ? <Loading rows={4} /> : <Failed error={error} retry={() => void refetch()} />;
  }
  const { mode, newName } = search;
  const words = choice.what === 'files' ? fileModeWords : modeWords;
  return (
    <Stack gap="lg">
      <Radio.Group
        label="Where it is put"
        value={mode ?? null}
        onChange={(value) => {
          const next = preflight.modes.find((one) => one === value);
          go(
            { mode: next, newName: next === 'beside' ? (newName ?? preflight.besideName) : undefined },
            { replace: true },
          );
        }}
      >
        <Stack gap="sm" pt="xs">
          {preflight.modes.map((one) => (
            <RadioCard key={one} value={one} title={words[one].title}>
              {words[one].text}
            </RadioCard>
          ))}
        </Stack>
      </Radio.Group>
      {mode === 'beside' && (
        <TextInput
          label={preflight.besideName?.startsWith('/') === true ? 'New path' : 'New name'}
          description="Nothing may have it yet."
          value={newName ?? ''}
          onChange={(event) =>
            go(
              { newName: event.currentTarget.value === '' ? undefined : event.currentTarget.value },
              { replace: true },
            )
          }
          autoComplete="off"
          spellCheck={false}
          maw={520}
        />
      )}
      <StepButtons
        onBack={() => go({ step: 'what' })}
        onNext={() => go({ step: 'check' })}
        disabled={mode === undefined || (mode === 'beside' && newName === undefined)}
      />
    </Stack>
  );
}
