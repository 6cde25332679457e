import { sourceSchema } from '@holdfast/contracts';
import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/call.ts';
import { asProblem } from '../api/problem.ts';
import { Failed } from '../ui/states.tsx';
import {
  type Declaration,
  type DeclarationField,
  declarableKinds,
  emptyDeclaration,
  fieldOf,
  problemsOf,
  requestOf,
} from './declaration.ts';
import { ServerFields } from './server-fields.tsx';
import { sourcesChanged } from './sources.queries.ts';

export function DeclareForm({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [declaration, setDeclaration] = useState(emptyDeclaration);
  const [tried, setTried] = useState(false);
  const declare = useMutation({
    mutationFn: () => call(sourceSchema, '/v1/sources', { method: 'POST', body: requestOf(declaration) }),
    onSuccess: async ({ id }) => {
      void sourcesChanged(client);
      onClose();
      await navigate({ to: '/sources/$id', params: { id } });
    },
  });
  const problem = declare.error === null ? undefined : asProblem(declare.error);
  const refusedField = problem === undefined ? undefined : fieldOf(problem, declaration.kind);
  const missing = tried ? problemsOf(declaration) : {};
  const errorOf = (field: DeclarationField) =>
    missing[field] ??
    (problem !== undefined && refusedField === field ? `${problem.message} ${problem.hint}` : undefined);
  const change = (changed: Partial<Declaration>) => {
    declare.reset();
    setDeclaration((before) => ({ ...before, ...changed }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problemsOf(declaration)).length === 0) declare.mutate();
  };
  const server = declaration.kind === 'postgres';
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          For what discovery cannot find by itself. It is tried once before it is taken, and nothing of it is
          changed.
        </Text>
        <NativeSelect
          label="What is it?"
          data={[...declarableKinds]}
          value={declaration.kind}
          data-autofocus
          onChange={({ currentTarget: { value } }) => {
            const found = declarableKinds.find((one) => one.value === value);
            if (found !== undefined) change({ kind: found.value });
          }}
        />
        {server ? (
          <ServerFields declaration={declaration} errorOf={errorOf} onChange={change} />
        ) : (
          <TextInput
            label="Path"
            description="On the host that Holdfast runs on"
            placeholder={declaration.kind === 'sqlite' ? '/srv/app/data.db' : '/srv/files'}
            required
            spellCheck={false}
            value={declaration.path}
            error={errorOf('path')}
            onChange={(event) => change({ path: event.currentTarget.value })}
          />
        )}
        <TextInput
          label="Name"
          description={server ? undefined : 'Without one it is named after its path'}
          required={server}
          autoComplete="off"
          spellCheck={false}
          value={declaration.name}
          error={errorOf('name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Environment"
          description="What it belongs to and is restored with; without one it stands alone"
          autoComplete="off"
          spellCheck={false}
          value={declaration.environment}
          error={errorOf('environment')}
          onChange={(event) => change({ environment: event.currentTarget.value })}
        />
        {problem !== undefined && refusedField === undefined && <Failed error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={declare.isPending}>
            Declare it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
