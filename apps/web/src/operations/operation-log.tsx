import type { Operation } from '@holdfast/contracts';
import {
  Button,
  Card,
  Code,
  CopyButton,
  Group,
  ScrollArea,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconCheck, IconCopy, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { subjectOf } from './operation-words.ts';
import type { LiveLine } from './use-operation-events.ts';

const colours = { info: undefined, warn: 'orange', error: 'red' } as const;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

interface OperationLogProps {
  readonly lines: readonly LiveLine[];
  readonly parts: ReadonlyMap<string, Operation>;
}

/** What an operation and its parts said, in order of time, to be searched and copied. */
export function OperationLog({ lines, parts }: OperationLogProps) {
  const [search, setSearch] = useState('');
  const wanted = search.toLowerCase();
  const shown = lines
    .filter(({ message }) => message.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.time.localeCompare(b.time));
  const whose = (line: LiveLine) => {
    const part = parts.get(line.operationId);
    return part === undefined ? '' : `${subjectOf(part)}: `;
  };
  const text = shown.map((line) => `${line.time} ${line.level} ${whose(line)}${line.message}`).join('\n');
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Log
          </Title>
          <Group gap="xs">
            <TextInput
              aria-label="Search in the log"
              placeholder="Search"
              leftSection={<IconSearch size={16} />}
              size="xs"
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            <CopyButton value={text}>
              {({ copied, copy }) => (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                  onClick={copy}
                >
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Group>
        {shown.length === 0 ? (
          <Text c="dimmed" size="sm">
            {lines.length === 0 ? 'It has said nothing yet.' : 'No line holds these words.'}
          </Text>
        ) : (
          <ScrollArea.Autosize
            mah={420}
            type="auto"
            viewportProps={{ tabIndex: 0, 'aria-label': 'Log lines' }}
          >
            {shown.map((line) => (
              <Group key={`${line.operationId}/${line.sequence}`} gap="sm" wrap="nowrap" align="baseline">
                <Code bg="transparent" c="dimmed">
                  {clock.format(new Date(line.time))}
                </Code>
                <Text size="sm" c={colours[line.level]} style={{ overflowWrap: 'anywhere' }}>
                  {whose(line)}
                  {line.message}
                </Text>
              </Group>
            ))}
          </ScrollArea.Autosize>
        )}
      </Stack>
    </Card>
  );
}
