import { Card, Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface TableCardProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** A table of what is few by its nature; `VirtualTable` is for the rest. */
export function TableCard({ label, children }: TableCardProps) {
  return (
    <Card withBorder padding={0}>
      <Table aria-label={label} verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
        {children}
      </Table>
    </Card>
  );
}
