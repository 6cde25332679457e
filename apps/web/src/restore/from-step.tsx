import { SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { EnvironmentSelect } from '../recovery-points/environment-select.tsx';
import { PointChoice } from './point-choice.tsx';
import { SnapshotChoice } from './snapshot-choice.tsx';
import { SourceSelect } from './source-select.tsx';
import type { StepProps } from './step.ts';

/** The state to go back to: a recovery point of an environment, or a snapshot of one source. */
export function FromStep({ search, go }: StepProps) {
  const { environment, source, point } = search;
  const [by, setBy] = useState(source !== undefined && point === undefined ? 'source' : 'environment');
  return (
    <Stack gap="lg">
      <SegmentedControl
        aria-label="Where to look"
        value={by}
        onChange={setBy}
        data={[
          { value: 'environment', label: 'An environment' },
          { value: 'source', label: 'One source' },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {by === 'environment' ? (
        <>
          <EnvironmentSelect
            value={environment}
            onChange={(name) => go({ environment: name, point: undefined }, { replace: true })}
          />
          <PointChoice environment={environment} go={go} />
        </>
      ) : (
        <>
          <SourceSelect
            value={source}
            onChange={(name) =>
              go({ source: name, snapshot: undefined, point: undefined }, { replace: true })
            }
          />
          {source !== undefined && <SnapshotChoice source={source} go={go} />}
        </>
      )}
    </Stack>
  );
}
