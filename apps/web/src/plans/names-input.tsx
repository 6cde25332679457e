import { TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type NameKind, namesQuery } from './plans.queries.ts';

interface NamesInputProps {
  readonly kind: NameKind;
  readonly label: string;
  readonly values: readonly string[];
  /** What is typed and not yet one of the values. */
  readonly typed: string;
  readonly error: string | undefined;
  readonly onType: (text: string) => void;
  readonly onChange: (values: string[]) => void;
}

/** Names and globs, with names that exist offered while somebody types. */
export function NamesInput({ kind, label, values, typed, error, onType, onChange }: NamesInputProps) {
  const [search] = useDebouncedValue(typed, 250);
  const { data: names = [] } = useQuery(namesQuery(kind, search));
  return (
    <TagsInput
      label={label}
      placeholder={values.length === 0 ? 'A name, or a glob such as shop-*' : undefined}
      data={names}
      value={[...values]}
      searchValue={typed}
      error={error}
      // A comma is part of a glob: {a,b}.
      splitChars={['\n']}
      maxTags={500}
      limit={20}
      onSearchChange={onType}
      onChange={onChange}
    />
  );
}
