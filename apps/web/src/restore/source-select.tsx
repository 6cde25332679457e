import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sourceNamesQuery } from './restore.queries.ts';

interface SourceSelectProps {
  readonly value: string | undefined;
  readonly onChange: (source: string | undefined) => void;
}

/** One source; of thousands, those that match what is typed. */
export function SourceSelect({ value, onChange }: SourceSelectProps) {
  const [typed, setTyped] = useState(value ?? '');
  const [search] = useDebouncedValue(typed === value ? '' : typed, 200);
  const { data: names = [] } = useQuery(sourceNamesQuery(search));
  const data = value === undefined || names.includes(value) ? names : [value, ...names];
  return (
    <Select
      label="Source"
      placeholder="Choose a source"
      data={data}
      value={value ?? null}
      searchable
      nothingFoundMessage="No source has this name"
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(name) => onChange(name ?? undefined)}
      maw={360}
      w="100%"
    />
  );
}
