import { operationSchema, type Source } from '@holdfast/contracts';
import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { OperationResult } from '../operations/operation-result.tsx';
import { WatchOperation } from '../operations/watch-operation.tsx';
import { useMay } from '../session/use-may.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { besideOf } from './name-beside.ts';
import type { StepProps } from './step.ts';
import { StepCard } from './step-card.tsx';
import { foundQuery, newestQuery, tourMoved } from './tour-progress.ts';

/** A backup is worth what its restore is worth: seen once, while nothing depends on it. */
export function RestoreStep({ done, onNext }: StepProps) {
  const may = useMay();
  const client = useQueryClient();
  const found = useQuery(foundQuery);
  const newest = useQuery(newestQuery('restore'));
  const [started, setStarted] = useState<string>();
  const [again, setAgain] = useState(false);
  const watched = started ?? newest.data?.id;
  const candidates = (found.data?.items ?? []).filter(
    (source) => source.lastSuccess !== undefined && besideOf(source, new Date()) !== undefined,
  );
  return (
    <StepCard
      title="Restore it now, beside the original"
      why="Nothing that runs is touched: the copy is put beside the original, and everything in it is compared with what was counted when it was backed up."
      done={done}
      onNext={onNext}
      skip="Later"
    >
      {found.data === undefined || newest.data === undefined ? (
        found.error === null && newest.error === null ? (
          <Loading rows={3} />
        ) : (
          <Failed error={found.error ?? newest.error} retry={() => void found.refetch()} />
        )
      ) : watched !== undefined && !again ? (
        <>
          <WatchOperation key={watched} id={watched} onEnded={() => void tourMoved(client)}>
            {(operation) => <OperationResult operation={operation} />}
          </WatchOperation>
          {may('operator') && candidates.length > 0 && (
            <Group>
              <Button variant="default" onClick={() => setAgain(true)}>
                Restore another one
              </Button>
            </Group>
          )}
        </>
      ) : candidates.length === 0 ? (
        <Alert color="gray" title="There is nothing to restore yet">
          The step before makes the first backup of a database, a volume or a folder.
        </Alert>
      ) : may('operator') ? (
        <RestoreForm
          sources={candidates}
          onStarted={(id) => {
            setStarted(id);
            setAgain(false);
          }}
        />
      ) : (
        <Alert color="gray" title="For operators">
          Whoever may start operations restores it here.
        </Alert>
      )}
    </StepCard>
  );
}

interface RestoreFormProps {
  readonly sources: readonly Source[];
  readonly onStarted: (operationId: string) => void;
}

function RestoreForm({ sources, onStarted }: RestoreFormProps) {
  const [now] = useState(() => new Date());
  const [chosen, setChosen] = useState<string>();
  const [typed, setTyped] = useState<string>();
  const source = sources.find(({ id }) => id === chosen) ?? sources[0];
  const beside = source === undefined ? undefined : besideOf(source, now);
  const newName = typed ?? beside?.name ?? '';
  const start = useMutation({
    mutationFn: ({ id, name }: Source) =>
      call(operationSchema, '/v1/restores', {
        method: 'POST',
        // Beside the original nothing is replaced: choosing the source is confirmation enough.
        body: { source: id, snapshot: 'latest', mode: 'beside', newName, confirmation: name },
      }),
    onSuccess: ({ id }) => onStarted(id),
  });
  if (source === undefined || beside === undefined) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate(source);
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={560}>
        <Select
          label="What to restore"
          data={sources.map(({ id, name, kind }) => ({ value: id, label: `${name} (${kind})` }))}
          value={source.id}
          onChange={(id) => {
            setChosen(id ?? undefined);
            setTyped(undefined);
          }}
          allowDeselect={false}
          searchable={sources.length > 8}
        />
        <TextInput
          label={beside.label}
          description="Nothing may be there yet. Delete it when you have looked at it."
          value={newName}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          required
        />
        {start.error !== null && <Failed error={start.error} />}
        <Group>
          <Button type="submit" leftSection={<IconHistory size={16} />} loading={start.isPending}>
            Restore it now, beside the original
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
