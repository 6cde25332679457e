import { Alert, Button, Card, Group, List, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { restorePreflightQuery } from '../snapshots/snapshot.queries.ts';
import { Failed } from '../ui/states.tsx';
import { EnvironmentFindings } from './environment-findings.tsx';
import { environmentPreflightQuery } from './restore.queries.ts';
import type { RestoreChoice } from './restore-choice.ts';
import { SourceFindings } from './source-findings.tsx';
import type { ChosenStepProps, StepProps } from './step.ts';
import { StepButtons } from './step-buttons.tsx';

/** What the restore would do, and what stands in its way. */
export function CheckStep({ choice, search, go }: ChosenStepProps) {
  return choice.what === 'environment' ? (
    <EnvironmentCheck choice={choice} search={search} go={go} />
  ) : (
    <SourceCheck choice={choice} search={search} go={go} />
  );
}

type ChoiceOf<What extends RestoreChoice['what']> = Extract<RestoreChoice, { what: What }>;

function EnvironmentCheck({ choice, go }: StepProps & { readonly choice: ChoiceOf<'environment'> }) {
  const query = useQuery({
    ...environmentPreflightQuery(choice.environment, choice.point),
    refetchOnMount: 'always',
  });
  return (
    <Checked query={query} go={go}>
      {query.data !== undefined && <EnvironmentFindings preflight={query.data} />}
    </Checked>
  );
}

function SourceCheck({ choice, search, go }: StepProps & { readonly choice: ChoiceOf<'source' | 'files'> }) {
  const query = useQuery({
    ...restorePreflightQuery(choice.source, choice.snapshot),
    refetchOnMount: 'always',
  });
  return (
    <Checked query={query} go={go}>
      {query.data !== undefined && <SourceFindings preflight={query.data} choice={choice} search={search} />}
    </Checked>
  );
}

interface CheckedProps {
  readonly query: {
    readonly data:
      | { readonly problems: readonly { readonly detail: string }[]; readonly warnings: readonly string[] }
      | undefined;
    readonly error: Error | null;
    readonly isFetching: boolean;
    readonly refetch: () => unknown;
  };
  readonly go: StepProps['go'];
  readonly children: ReactNode;
}

function Checked({ query, go, children }: CheckedProps) {
  const { data, error, isFetching, refetch } = query;
  const again = () => void refetch();
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={2} size="h4">
          What the restore would do
        </Title>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={14} />}
          loading={isFetching}
          onClick={again}
        >
          Look again
        </Button>
      </Group>
      {error !== null && !isFetching ? (
        <Failed error={error} retry={again} />
      ) : data === undefined || isFetching ? (
        <Group gap="sm" role="status">
          <Loader size="sm" aria-hidden />
          <Text>Looking at the backup and at what is there now. Nothing is changed.</Text>
        </Group>
      ) : (
        <>
          <Verdict problems={data.problems.map(({ detail }) => detail)} warnings={data.warnings} />
          <Card withBorder padding="lg">
            {children}
          </Card>
        </>
      )}
      <StepButtons
        onBack={() => go({ step: 'where' })}
        onNext={() => go({ step: 'confirm' })}
        disabled={data === undefined || isFetching || error !== null || data.problems.length > 0}
      />
    </Stack>
  );
}

function Verdict({
  problems,
  warnings,
}: {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}) {
  return (
    <Stack gap="sm">
      {problems.length > 0 && (
        <Alert color="red" icon={<IconCircleX />} title="It cannot begin like this" role="alert">
          <Sentences sentences={problems} />
        </Alert>
      )}
      {warnings.length > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle />} title="You should know">
          <Sentences sentences={warnings} />
        </Alert>
      )}
      {problems.length === 0 && (
        <Alert color="teal" icon={<IconCircleCheck />} title="It can begin">
          Nothing stands in its way.
        </Alert>
      )}
    </Stack>
  );
}

function Sentences({ sentences }: { readonly sentences: readonly string[] }) {
  if (sentences.length === 1) return <Text size="sm">{sentences[0]}</Text>;
  return (
    <List size="sm" spacing={4}>
      {sentences.map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  );
}
