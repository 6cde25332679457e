import type { DoctorReport } from '@holdfast/contracts';
import { Badge, Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconBook2, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { TableCard } from '../ui/table-card.tsx';
import { doctorQuery, versionQuery } from './doctor.queries.ts';

/** Which Holdfast this is, and whether it has what it needs. */
export function AboutPage() {
  const { data: version } = useQuery(versionQuery);
  const { data: report, error, isFetching, refetch } = useQuery(doctorQuery);
  return (
    <Page
      title="About this Holdfast"
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={isFetching}
          onClick={() => void refetch()}
        >
          Examine again
        </Button>
      }
    >
      <Card withBorder padding="lg">
        <Group justify="space-between">
          <div>
            <Title order={2} size="h4">
              Holdfast {version}
            </Title>
            <Text size="sm" c="dimmed">
              Backup and recovery for containers, on your own machines. Apache License 2.0.
            </Text>
          </div>
          <Button
            component="a"
            href="/docs"
            target="_blank"
            rel="noopener"
            variant="default"
            leftSection={<IconBook2 size={16} />}
          >
            Reference of the API
          </Button>
        </Group>
      </Card>
      {report === undefined ? (
        error === null ? (
          <Loading rows={8} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <Checks report={report} />
      )}
    </Page>
  );
}

const colours = { ok: 'teal', warning: 'orange', failed: 'red' } as const;
const order = { failed: 0, warning: 1, ok: 2 } as const;

/** What is wrong comes first. */
function Checks({ report }: { readonly report: DoctorReport }) {
  const checks = report.checks.toSorted((a, b) => order[a.state] - order[b.state]);
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {report.ok ? 'It has what it needs' : 'Something is missing'}
      </Title>
      <TableCard label="Checks">
        <Table.Tbody>
          {checks.map(({ name, state, detail, hint }) => (
            <Table.Tr key={name}>
              <Table.Td w={100} style={{ verticalAlign: 'top' }}>
                <Badge color={colours[state]} miw="max-content">
                  {state}
                </Badge>
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Text size="sm" fw={500}>
                  {name}
                </Text>
                <Text size="sm" c="dimmed">
                  {detail}
                </Text>
                {hint !== undefined && state !== 'ok' && (
                  <Text size="sm">
                    <b>Next:</b> {hint}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </TableCard>
    </Stack>
  );
}
