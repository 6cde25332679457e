import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentNamesQuery } from './recovery-points.queries.ts';

interface EnvironmentSelectProps {
  readonly value: string | undefined;
  readonly onChange: (environment: string | undefined) => void;
}

/** One environment or every one; of thousands, those that match what is typed. */
export function EnvironmentSelect({ value, onChange }: EnvironmentSelectProps) {
  const [typed, setTyped] = useState(value ?? '');
  const [search] = useDebouncedValue(typed === value ? '' : typed, 200);
  const { data: names = [] } = useQuery(environmentNamesQuery(search));
  const data = value === undefined || names.includes(value) ? names : [value, ...names];
  return (
    <Select
      label="Environment"
      placeholder="Every environment"
      data={data}
      value={value ?? null}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Every environment' }}
      nothingFoundMessage="No environment has this name"
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(name) => onChange(name ?? undefined)}
      maw={360}
      w="100%"
    />
  );
}
