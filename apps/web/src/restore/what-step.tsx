import { Radio, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { membersWords } from '../recovery-points/point-state.tsx';
import { recoveryPointQuery } from '../recovery-points/recovery-points.queries.ts';
import { FilesChoice } from './files-choice.tsx';
import { RadioCard } from './radio-card.tsx';
import { choiceOf } from './restore-choice.ts';
import type { RestoreSearch } from './restore-search.ts';
import type { StepProps } from './step.ts';
import { StepButtons } from './step-buttons.tsx';

/** The whole environment, one source, or files of one. */
export function WhatStep({ search, go }: StepProps) {
  const { source, snapshot, what } = search;
  const point = useQuery({
    ...recoveryPointQuery(search.point ?? ''),
    enabled: search.point !== undefined,
  }).data;
  const held = point?.members.filter(({ snapshotId }) => snapshotId !== undefined) ?? [];
  const choose = (next: RestoreSearch) =>
    go({ mode: undefined, newName: undefined, ...next }, { replace: true });
  const chooseWhat = (next: RestoreSearch['what']) => {
    const [only] = held;
    // Of a single member there is nothing to choose.
    const single =
      source === undefined && held.length === 1 ? { source: only?.sourceId, snapshot: only?.snapshotId } : {};
    choose({ what: next, ...(next === 'environment' ? {} : single) });
  };
  return (
    <Stack gap="lg">
      <Radio.Group
        label="What is put back"
        value={what ?? null}
        onChange={(value) => chooseWhat(value === 'environment' || value === 'files' ? value : 'source')}
      >
        <Stack gap="sm" pt="xs">
          {point !== undefined && (
            <RadioCard value="environment" title={`The whole environment ${point.environment}`}>
              All that the recovery point holds ({membersWords(point)}), and the containers that belong to it.
            </RadioCard>
          )}
          <RadioCard
            value="source"
            title={point === undefined ? `All of ${search.sourceName ?? 'it'}` : 'One source of it'}
          >
            A database, a volume or a folder, as it was.
          </RadioCard>
          <RadioCard value="files" title="Only some files and folders">
            Picked in what the snapshot holds; everything else stays as it is.
          </RadioCard>
        </Stack>
      </Radio.Group>
      {point !== undefined && what !== undefined && what !== 'environment' && (
        <Select
          label="Source"
          placeholder="Choose a source"
          data={held.map((member) => ({
            value: member.sourceId,
            label: `${member.source} (${member.kind})`,
          }))}
          value={source ?? null}
          allowDeselect={false}
          maw={360}
          onChange={(id) => {
            const member = held.find((one) => one.sourceId === id);
            choose({ source: member?.sourceId, snapshot: member?.snapshotId, paths: undefined });
          }}
        />
      )}
      {what === 'files' && source !== undefined && snapshot !== undefined && (
        <FilesChoice
          key={snapshot}
          source={source}
          sourceName={search.sourceName ?? source}
          snapshot={snapshot}
          picked={search.paths ?? []}
          onPick={(paths) => choose({ paths: paths.length === 0 ? undefined : [...paths] })}
        />
      )}
      <StepButtons
        onBack={() => go({ step: 'from' })}
        onNext={() => go({ step: 'where' })}
        disabled={choiceOf(search) === undefined}
      />
    </Stack>
  );
}
