import { Alert, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDatabase, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';
import { DeclareButton } from './declare-button.tsx';
import { LookAgain } from './look-again.tsx';
import { sourceColumns } from './source-columns.tsx';
import { sourcesQuery } from './sources.queries.ts';

const shownStates = { all: undefined, protected: true, unprotected: false } as const;
type Shown = keyof typeof shownStates;

/** Everything that was found or declared, and whether it is protected. */
export function SourcesPage() {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const [shown, setShown] = useState<Shown>('all');
  const query = useInfiniteQuery(
    sourcesQuery({ protected: shownStates[shown], search: search === '' ? undefined : search }),
  );
  const [first] = query.data?.pages ?? [];
  return (
    <Page
      title="Sources"
      description="Databases, volumes and folders: found by themselves, or declared."
      actions={
        <>
          <LookAgain variant="default" />
          <DeclareButton />
          <BackUpButton request={{ all: true, names: [] }}>Back everything up now</BackUpButton>
        </>
      }
    >
      {first !== undefined && first.warnings.length > 0 && (
        <Alert color="orange" title="Something may be missing in this list">
          {first.warnings.map((warning) => (
            <Text key={warning} size="sm">
              {warning}
            </Text>
          ))}
        </Alert>
      )}
      <Group>
        <TextInput
          aria-label="Search by name"
          placeholder="Search by name"
          leftSection={<IconSearch size={16} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="Which are shown"
          value={shown}
          onChange={(value) => setShown(value === 'protected' || value === 'unprotected' ? value : 'all')}
          data={[
            { value: 'all', label: 'All' },
            { value: 'protected', label: 'Protected' },
            { value: 'unprotected', label: 'Not protected' },
          ]}
        />
      </Group>
      <PagedTable
        label="Sources"
        query={query}
        columns={sourceColumns}
        keyOf={({ id }) => id}
        empty={<NothingFound filtered={search !== '' || shown !== 'all'} />}
      />
    </Page>
  );
}

function NothingFound({ filtered }: { readonly filtered: boolean }) {
  return filtered ? (
    <Empty icon={IconSearch} title="Nothing matches">
      No source has this name and state.
    </Empty>
  ) : (
    <Empty
      icon={IconDatabase}
      title="Nothing was found yet"
      action={
        <Group justify="center">
          <LookAgain variant="default" />
          <DeclareButton />
        </Group>
      }
    >
      Start a container with a database or a volume, then look again. Folders, SQLite databases and servers
      elsewhere are declared by hand.
    </Empty>
  );
}

/** Not there for who may not. */
