import type { Selector } from '@holdfast/contracts';
import { Button, Card, Collapse, Radio, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { asProblem } from '../api/problem.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { Coverage } from './coverage.tsx';
import { NamesInput } from './names-input.tsx';
import { fieldOf } from './plan-draft.ts';
import { type NameKind, planPreviewQuery } from './plans.queries.ts';

interface WhatCardProps {
  readonly plan: string | undefined;
  readonly isDefault: boolean;
  readonly selector: Selector;
  readonly refused: string | undefined;
  readonly onChange: (selector: Selector) => void;
}

type Typed = Readonly<Record<NameKind, string>>;

const lists: readonly { kind: NameKind; label: string }[] = [
  { kind: 'environments', label: 'Environments' },
  { kind: 'sources', label: 'Sources' },
  { kind: 'kinds', label: 'Kinds' },
];
const nothing: Typed = { environments: '', sources: '', kinds: '' };

/** Which sources it catches, and beside it which that are now, while somebody types. */
export function WhatCard({ plan, isDefault, selector, refused, onChange }: WhatCardProps) {
  const [typed, setTyped] = useState(nothing);
  const [typedOut, setTypedOut] = useState(nothing);
  const excluded = lists.some(({ kind }) => selector.exclude[kind].length > 0);
  const [opened, { toggle }] = useDisclosure(excluded);
  const wanted = useMemo(
    () => ({
      plan,
      selector: {
        ...withTyped(selector, typed),
        everything: selector.everything,
        exclude: withTyped(selector.exclude, typedOut),
      },
    }),
    [plan, selector, typed, typedOut],
  );
  const [asked] = useDebouncedValue(wanted, 300);
  const { data: preview, error, isPlaceholderData, refetch } = useQuery(planPreviewQuery(asked));
  const problem = error === null ? undefined : asProblem(error);
  const wrong =
    problem !== undefined && fieldOf(problem) === 'selector' ? `${problem.message} ${problem.hint}` : refused;
  // The refusal quotes what it is about.
  const errorOf = (values: readonly string[]) =>
    values.some((value) => wrong?.includes(JSON.stringify(value))) ? wrong : undefined;
  return (
    <Card withBorder padding="lg">
      <Title order={2} size="h4" mb="md">
        What
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack gap="sm">
          <Radio.Group
            label="It catches"
            value={selector.everything ? 'everything' : 'named'}
            onChange={(value) => onChange({ ...selector, everything: value === 'everything' })}
          >
            <Stack gap="xs" mt="xs">
              <Radio
                value="everything"
                label={isDefault ? 'Everything that no other plan catches' : 'Everything'}
              />
              <Radio value="named" label="What these names and globs match, also what comes later" />
            </Stack>
          </Radio.Group>
          {!selector.everything &&
            lists.map(({ kind, label }) => (
              <NamesInput
                key={kind}
                kind={kind}
                label={label}
                values={selector[kind]}
                typed={typed[kind]}
                error={errorOf(wanted.selector[kind])}
                onType={(text) => setTyped((before) => ({ ...before, [kind]: text }))}
                onChange={(values) => onChange({ ...selector, [kind]: values })}
              />
            ))}
          <Button
            variant="subtle"
            size="compact-sm"
            style={{ alignSelf: 'flex-start' }}
            aria-expanded={opened}
            leftSection={opened ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
            onClick={toggle}
          >
            Leave something out
          </Button>
          <Collapse expanded={opened}>
            <Stack gap="sm">
              {lists.map(({ kind, label }) => (
                <NamesInput
                  key={kind}
                  kind={kind}
                  label={`${label} to leave out`}
                  values={selector.exclude[kind]}
                  typed={typedOut[kind]}
                  error={errorOf(wanted.selector.exclude[kind])}
                  onType={(text) => setTypedOut((before) => ({ ...before, [kind]: text }))}
                  onChange={(values) =>
                    onChange({ ...selector, exclude: { ...selector.exclude, [kind]: values } })
                  }
                />
              ))}
            </Stack>
          </Collapse>
        </Stack>
        <Stack gap="sm">
          <Title order={3} size="h5">
            Caught now
          </Title>
          {preview !== undefined && problem === undefined ? (
            <Coverage sources={preview.sources} stale={isPlaceholderData || asked !== wanted} />
          ) : problem === undefined ? (
            <Loading />
          ) : wrong === undefined ? (
            <Failed error={problem} retry={() => void refetch()} />
          ) : (
            <Text size="sm">It is shown as soon as each name is one.</Text>
          )}
        </Stack>
      </SimpleGrid>
    </Card>
  );
}

/** What is being typed counts as well. A kind only once it can be one: part of its name would be refused. */
function withTyped(patterns: Readonly<Record<NameKind, string[]>>, typed: Typed): Record<NameKind, string[]> {
  const add = (kind: NameKind) => {
    const text = typed[kind].trim();
    const counts = text !== '' && (kind !== 'kinds' || text.includes('*'));
    return counts ? [...patterns[kind], text] : patterns[kind];
  };
  return { environments: add('environments'), sources: add('sources'), kinds: add('kinds') };
}
