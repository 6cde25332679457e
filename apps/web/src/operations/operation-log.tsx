import type { Operation } from '@holdfast/contracts';
import {
  Box,
  Button,
  Card,
  CopyButton,
  Group,
  ScrollArea,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconCheck, IconCopy, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
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
  const shown = lines.filter(({ message }) => message.toLowerCase().includes(wanted));
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
          <LogLines lines={shown} whose={whose} />
        )}
      </Stack>
    </Card>
  );
}

interface LogLinesProps {
  readonly lines: readonly LiveLine[];
  readonly whose: (line: LiveLine) => string;
}

/** Only the lines that are on the screen are in the document: there may be thousands. */
function LogLines({ lines, whose }: LogLinesProps) {
  const viewport = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => 24,
    overscan: 20,
  });
  return (
    <ScrollArea.Autosize
      mah={420}
      type="auto"
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, role: 'log', 'aria-label': 'Log lines' }}
    >
      <Box pos="relative" h={virtualizer.getTotalSize()}>
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const line = lines[index];
          if (line === undefined) return null;
          return (
            <Group
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              pos="absolute"
              top={start}
              w="100%"
              gap="sm"
              wrap="nowrap"
              align="baseline"
            >
              <Text ff="monospace" size="xs" c="dimmed" style={{ flexShrink: 0 }}>
                {clock.format(new Date(line.time))}
              </Text>
              <Text size="sm" c={colours[line.level]} style={{ overflowWrap: 'anywhere' }}>
                {whose(line)}
                {line.message}
              </Text>
            </Group>
          );
        })}
      </Box>
    </ScrollArea.Autosize>
  );
}
