import { type Operation, operationSchema } from '@holdfast/contracts';
import { Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowLeft, IconRestore } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call, segment } from '../api/call.ts';
import { Failed } from '../ui/states.tsx';
import type { RestoreChoice } from './restore-choice.ts';
import type { RestoreSearch } from './restore-search.ts';
import { nameToType, whatWords } from './restore-words.ts';
import type { ChosenStepProps } from './step.ts';

/** The last word: the name is typed, then it begins. */
export function ConfirmStep({ choice, search, go }: ChosenStepProps) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const name = nameToType(choice);
  const start = useMutation({
    mutationFn: () => startRestore(choice, search, typed),
    onSuccess: ({ id }) => navigate({ to: '/operations/$id', params: { id } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === name) start.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <Card withBorder padding="lg">
          <Stack gap="sm">
            <Text>
              <b>{whatWords(choice)}</b> is put back. {consequence(choice, search)}
            </Text>
            <TextInput
              label={
                <Text span size="sm">
                  Type <b>{name}</b> to confirm
                </Text>
              }
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              maw={420}
              // The one thing to do in this step.
              autoFocus
            />
          </Stack>
        </Card>
        {start.error !== null && <Failed error={start.error} />}
        <Group justify="space-between">
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={16} />}
            onClick={() => go({ step: 'check' })}
          >
            Back
          </Button>
          <Button
            type="submit"
            color={search.mode === 'beside' ? undefined : 'red'}
            leftSection={<IconRestore size={16} />}
            disabled={typed !== name}
            loading={start.isPending}
          >
            Restore now
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function consequence(choice: RestoreChoice, { mode, newName = '', noSafety }: RestoreSearch): string {
  if (choice.what === 'environment') {
    return noSafety === true
      ? 'Its services stop meanwhile. What is there now is not backed up before.'
      : 'Its services stop meanwhile. What is there now is backed up before.';
  }
  if (mode === 'beside') return `It is put at ${newName}; nothing that is there now is touched.`;
  if (choice.what === 'files') return 'What they replace is kept, and everything else stays as it is.';
  return mode === 'in-place'
    ? 'What is there now is lost.'
    : 'What is there now is kept under another name, which is told at the end.';
}

function startRestore(
  choice: RestoreChoice,
  search: RestoreSearch,
  confirmation: string,
): Promise<Operation> {
  const { mode, newName, noSafety, partial } = search;
  if (choice.what === 'environment') {
    return call(operationSchema, `/v1/environments/${segment(choice.environment)}/restore`, {
      method: 'POST',
      body: {
        point: choice.point,
        confirmation,
        safetySnapshot: noSafety !== true,
        partial: partial === true,
      },
    });
  }
  const { source, snapshot } = choice;
  const paths = choice.what === 'files' ? choice.paths : undefined;
  return call(operationSchema, '/v1/restores', {
    method: 'POST',
    body: { source, snapshot, mode, newName: mode === 'beside' ? newName : undefined, paths, confirmation },
  });
}
