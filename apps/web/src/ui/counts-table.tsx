import { Button, Stack, Table } from '@mantine/core';
import { useState } from 'react';

/** As many as are read at a glance. */
const shownAtFirst = 12;

interface CountsTableProps {
  readonly label: string;
  readonly counts: Readonly<Record<string, number>>;
  /** What is counted: `Rows, keys or files`. */
  readonly title: string;
}

/** What was counted, by name; the largest first. */
export function CountsTable({ label, counts, title }: CountsTableProps) {
  const [all, setAll] = useState(false);
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  if (rows.length === 0) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <Table.ScrollContainer minWidth={280} w="100%" maxHeight={all ? 480 : 1000}>
        <Table aria-label={label} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th ta="right">{title}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(all ? rows : rows.slice(0, shownAtFirst)).map(([name, number]) => (
              <Table.Tr key={name}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
                <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
                  {number.toLocaleString()}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rows.length > shownAtFirst && !all && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
          Show all {rows.length}
        </Button>
      )}
    </Stack>
  );
}
