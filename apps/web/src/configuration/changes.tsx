import type { ConfigurationChange, ConfigurationDiff, FieldChange } from '@holdfast/contracts';
import { Alert, Badge, Code, Group, List, Stack, Text } from '@mantine/core';

const colours = { create: 'teal', update: 'blue', delete: 'red' } as const;

/** What a document would change, and why it cannot. */
export function Changes({ diff }: { readonly diff: ConfigurationDiff }) {
  const { changes, problems } = diff;
  return (
    <Stack gap="sm">
      {problems.length > 0 && (
        <Alert color="red" title="It cannot be applied" role="alert">
          <List size="sm">
            {problems.map(({ path, message }) => (
              <List.Item key={`${path.join('.')} ${message}`}>
                <Code>{path.join('.')}</Code>: {message}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {changes.length === 0 && problems.length === 0 && (
        <Alert color="teal" role="status">
          Everything is as the document says already.
        </Alert>
      )}
      {changes.map((change) => (
        <Change key={`${change.noun} ${change.name}`} change={change} />
      ))}
    </Stack>
  );
}

function Change({ change: { noun, name, action, fields } }: { readonly change: ConfigurationChange }) {
  return (
    <div>
      <Group gap="xs">
        <Badge color={colours[action]}>{action}</Badge>
        <Text size="sm" fw={500}>
          {noun} {name}
        </Text>
      </Group>
      {action !== 'delete' && (
        <List size="sm" withPadding>
          {fields.map((field) => (
            <List.Item key={field.path.join('.')} style={{ overflowWrap: 'anywhere' }}>
              {fieldWords(field)}
            </List.Item>
          ))}
        </List>
      )}
    </div>
  );
}

function fieldWords({ path, before, after, secret }: FieldChange): string {
  const name = path.join('.');
  if (secret === true) return `${name}: a secret, changed`;
  if (before === undefined) return `${name}: ${asText(after)}`;
  if (after === undefined) return `${name}: ${asText(before)} removed`;
  return `${name}: ${asText(before)} → ${asText(after)}`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
