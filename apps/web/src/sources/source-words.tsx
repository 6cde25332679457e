import type { Snapshot, Source } from '@holdfast/contracts';
import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import { TextLink } from '../ui/link.tsx';

interface SourceWordsProps {
  readonly source: Source;
  readonly newest: Snapshot | undefined;
}

/** How well a source is guarded, in sentences, with what to do where it is not. */
export function SourceWords({ source, newest }: SourceWordsProps) {
  const { present, declared, reason, overdue = false, lastAttempt, lastSuccess } = source;
  if (!present) {
    return (
      <Trouble title="It is not there any more">
        {reason !== undefined && <Text size="sm">{reason}</Text>}
        <Text size="sm">
          {declared
            ? 'Put it back to where it was, then look again.'
            : 'The last look around did not find it.'}{' '}
          Its snapshots stay and can be restored.
        </Text>
      </Trouble>
    );
  }
  return (
    <>
      {!source.protected && <Unprotected source={source} />}
      {source.protected && (
        <Text>
          <Plans names={source.plans ?? []} />
        </Text>
      )}
      {overdue && (
        <Trouble title="A backup is overdue">
          <Text size="sm">
            A run was due, its time of grace is over, and no backup was made since.{' '}
            <TextLink to="/operations">Look at the operations</TextLink> for the cause, or back it up now.
          </Text>
        </Trouble>
      )}
      {!overdue && lastAttempt !== undefined && lastAttempt > (lastSuccess ?? '') && (
        <Text size="sm">
          The last attempt has not become a good backup: it goes on still, or it failed.{' '}
          <TextLink to="/operations">Look at the operations</TextLink>.
        </Text>
      )}
      {newest?.state === 'suspicious' && (
        <Trouble title="The newest snapshot looks suspicious">
          <Text size="sm">
            It holds far less than the one before it. Until somebody has looked, retention removes nothing of
            this source.{' '}
            <TextLink to="/snapshots/$id" params={{ id: newest.id }}>
              Look at the snapshot
            </TextLink>
            .
          </Text>
        </Trouble>
      )}
    </>
  );
}

function Plans({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return 'It can be backed up.';
  return (
    <>
      Protected by {names.length === 1 ? 'the plan ' : 'the plans '}
      <PlanLinks names={names} />
    </>
  );
}

function PlanLinks({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      {names.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <TextLink to="/plans/$id" params={{ id: name }}>
            {name}
          </TextLink>
        </Fragment>
      ))}
    </>
  );
}

function Unprotected({ source: { reason, plans = [], container } }: { readonly source: Source }) {
  return (
    <Trouble title="It is not protected">
      <Text size="sm">{reason ?? 'No plan catches it.'}</Text>
      <List size="sm">
        {plans.length === 0 && (
          <List.Item>
            <TextLink to="/plans">Let a plan catch it</TextLink>: the default plan, or one of its own.
          </List.Item>
        )}
        {container !== undefined && (
          <List.Item>
            Where the reason lies in the container {container}, change that (its state, its labels or its
            variables), then look again on the page of the sources.
          </List.Item>
        )}
        {plans.length > 0 && (
          <List.Item>
            Where the plan is paused, resume it: <PlanLinks names={plans} />.
          </List.Item>
        )}
        {container === undefined && (
          <List.Item>
            Where the reason is another one, mend what it names, then look again on the page of the{' '}
            <TextLink to="/sources">sources</TextLink>.
          </List.Item>
        )}
      </List>
    </Trouble>
  );
}

function Trouble({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title={title}>
      <Stack gap="xs">{children}</Stack>
    </Alert>
  );
}
