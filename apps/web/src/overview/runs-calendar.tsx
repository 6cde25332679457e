import type { Overview } from '@holdfast/contracts';
import { Card, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import classes from './runs-calendar.module.css';

type Day = Overview['operations'][number];

const dayMs = 86_400_000;
const shownDays = 91;

interface RunsCalendarProps {
  readonly days: readonly Day[];
  readonly until: string;
}

/** A square for each day: did all operations end well? Columns are weeks. */
export function RunsCalendar({ days, until }: RunsCalendarProps) {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const last = Date.parse(`${until.slice(0, 10)}T00:00:00Z`);
  const dates = Array.from({ length: shownDays }, (_, index) =>
    new Date(last - (shownDays - 1 - index) * dayMs).toISOString().slice(0, 10),
  );
  return (
    <Card withBorder padding="lg">
      <Stack>
        <Title order={2} size="h4">
          Runs, last 13 weeks
        </Title>
        <div className={classes.calendar} role="list" aria-label="Operations by day">
          {dates.map((date) => {
            const day = byDay.get(date);
            const words = `${date}: ${describe(day)}`;
            return (
              <Tooltip key={date} label={words}>
                <div role="listitem" aria-label={words} className={classes.day} data-state={stateOf(day)} />
              </Tooltip>
            );
          })}
        </div>
        <Group gap="md">
          {(['good', 'bad', 'stopped', 'none'] as const).map((state) => (
            <Group key={state} gap={6}>
              <div className={classes.day} data-state={state} />
              <Text size="xs" c="dimmed">
                {
                  {
                    good: 'all succeeded',
                    bad: 'some failed',
                    stopped: 'some cancelled or interrupted',
                    none: 'nothing ran',
                  }[state]
                }
              </Text>
            </Group>
          ))}
        </Group>
      </Stack>
    </Card>
  );
}

function stateOf(day: Day | undefined): 'good' | 'bad' | 'stopped' | 'none' {
  if (day === undefined) return 'none';
  if (day.failed > 0) return 'bad';
  return day.cancelled + day.interrupted > 0 ? 'stopped' : 'good';
}

function describe(day: Day | undefined): string {
  if (day === undefined) return 'nothing ran';
  const parts = (['succeeded', 'failed', 'cancelled', 'interrupted'] as const).filter(
    (state) => day[state] > 0,
  );
  return parts.map((state) => `${day[state]} ${state}`).join(', ');
}
