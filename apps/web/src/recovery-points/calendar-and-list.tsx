import { Card, Grid } from '@mantine/core';
import type { ReactNode } from 'react';

interface CalendarAndListProps {
  readonly calendar: ReactNode;
  readonly list: ReactNode;
}

/** Beside each other where there is room. */
export function CalendarAndList({ calendar, list }: CalendarAndListProps) {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Card withBorder padding="lg">
          {calendar}
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 8 }}>{list}</Grid.Col>
    </Grid>
  );
}
