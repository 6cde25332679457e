import type { Source } from '@holdfast/contracts';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sourceQuery } from '../sources/sources.queries.ts';
import { sourceNamesQuery } from './restore.queries.ts';

interface SourceSelectProps {
  /** Its id, or its name where that is the only one. */
  readonly value: string | undefined;
  readonly onChange: (source: string | undefined) => void;
}

/** One source; of thousands, those that match what is typed. */
export function SourceSelect({ value, onChange }: SourceSelectProps) {
  const [typed, setTyped] = useState('');
  const chosen = useQuery({ ...sourceQuery(value ?? ''), enabled: value !== undefined }).data;
  const [search] = useDebouncedValue(chosen !== undefined && typed === wordsOf(chosen) ? '' : typed, 200);
  const { data: found = [] } = useQuery(sourceNamesQuery(search));
  const shown = chosen === undefined || found.some(({ id }) => id === chosen.id) ? found : [chosen, ...found];
  return (
    <Select
      label="Source"
      placeholder="Choose a source"
      data={shown.map((source) => ({ value: source.id, label: wordsOf(source) }))}
      value={chosen?.id ?? null}
      searchable
      nothingFoundMessage="No source has this name"
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(id) => onChange(id ?? undefined)}
      maw={360}
      w="100%"
    />
  );
}

/** Two sources of different environments may have the same name. */
function wordsOf({ name, environment }: Pick<Source, 'name' | 'environment'>): string {
  return `${name} (${environment})`;
}
