import { appliedConfigurationSchema, configurationDiffSchema } from '@holdfast/contracts';
import {
  Alert,
  Button,
  Card,
  Checkbox,
  FileButton,
  Group,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { parse } from 'yaml';
import { call } from '../api/call.ts';
import { ApiProblem } from '../api/problem.ts';
import { ConfirmByTyping } from '../ui/confirm-by-typing.tsx';
import { Failed } from '../ui/states.tsx';
import { Changes } from './changes.tsx';

/** Says what a document would change, and brings it about: all of it, or nothing. */
export function ApplyDocument() {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [prune, setPrune] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const diff = useMutation({
    mutationFn: async () => {
      const body = { document: read(text), prune };
      return call(configurationDiffSchema, '/v1/configuration/diff', { method: 'POST', body });
    },
  });
  const apply = useMutation({
    mutationFn: async () => {
      const body = { document: read(text), prune };
      return call(appliedConfigurationSchema, '/v1/configuration/apply', { method: 'POST', body });
    },
    onSuccess: async () => {
      setConfirming(false);
      diff.reset();
      await client.invalidateQueries();
    },
  });
  const change = (next: () => void) => {
    next();
    diff.reset();
    apply.reset();
  };
  const found = diff.data;
  const applicable = found !== undefined && found.problems.length === 0 && found.changes.length > 0;
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            Apply a file
          </Title>
          <Text size="sm" c="dimmed">
            First see what it would change. What the file does not name stays as it is, unless you choose
            otherwise.
          </Text>
        </div>
        <Textarea
          label="The document, as YAML or JSON"
          autosize
          minRows={6}
          maxRows={18}
          spellCheck={false}
          value={text}
          onChange={({ currentTarget }) => change(() => setText(currentTarget.value))}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Checkbox
          label="Delete what the document does not name"
          checked={prune}
          onChange={({ currentTarget }) => change(() => setPrune(currentTarget.checked))}
        />
        <Group gap="xs">
          <Button
            variant="light"
            disabled={text.trim() === ''}
            loading={diff.isPending}
            onClick={() => diff.mutate()}
          >
            Show what would change
          </Button>
          <FileButton
            accept=".yaml,.yml,.json"
            onChange={(file) => void file?.text().then((content) => change(() => setText(content)))}
          >
            {(props) => (
              <Button variant="default" {...props}>
                Take it from a file
              </Button>
            )}
          </FileButton>
          {applicable && <Button onClick={() => setConfirming(true)}>Apply</Button>}
        </Group>
        {diff.error !== null && <Failed error={diff.error} />}
        {found !== undefined && <Changes diff={found} />}
        {apply.data !== undefined && (
          <Alert color="teal" role="status" title="It is applied">
            {apply.data.changes.length === 1 ? 'One thing' : `${apply.data.changes.length} things`} changed.
          </Alert>
        )}
      </Stack>
      {confirming && (
        <ConfirmByTyping
          opened
          title="Apply the document"
          name="apply"
          action="Apply"
          pending={apply.isPending}
          error={apply.error}
          onConfirm={() => apply.mutate()}
          onClose={() => setConfirming(false)}
        >
          <Text size="sm">
            All that is listed is changed at once, or nothing. Snapshots stay in any case.
          </Text>
        </ConfirmByTyping>
      )}
    </Card>
  );
}

function read(text: string): unknown {
  try {
    return parse(text, { schema: 'core', maxAliasCount: 20 });
  } catch (error) {
    throw new ApiProblem(
      400,
      'configuration-invalid',
      `The document cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Correct that line.',
    );
  }
}
