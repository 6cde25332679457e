import { Card, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { recoveryPointQuery } from '../recovery-points/recovery-points.queries.ts';
import { snapshotQuery } from '../snapshots/snapshot.queries.ts';
import { Figure } from '../ui/figure.tsx';
import { formatInstantHere, Instant } from '../ui/instant.tsx';
import { type CompletedSearch, choiceOf } from './restore-choice.ts';
import { fileModeWords, modeWords, whatWords } from './restore-words.ts';

/** All that was chosen so far, at the top of every step. */
export function Chosen({ search }: { readonly search: CompletedSearch }) {
  const choice = choiceOf(search);
  const fromPoint = search.what === 'environment' || search.snapshot === undefined;
  const point = useQuery({ ...recoveryPointQuery(search.point ?? ''), enabled: search.point !== undefined });
  const snapshot = useQuery({
    ...snapshotQuery(search.snapshot ?? ''),
    enabled: search.snapshot !== undefined,
  });
  const state = fromPoint ? point.data : snapshot.data;
  const { mode } = search;
  const words = choice?.what === 'files' ? fileModeWords : modeWords;
  return (
    <Card withBorder padding="md" role="group" aria-label="Chosen so far">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} verticalSpacing="xs">
        {state !== undefined && (
          <>
            <Figure title={fromPoint ? 'Recovery point' : 'Snapshot'}>{formatInstantHere(state.time)}</Figure>
            <Figure title="Age">
              <Instant at={state.time} />
            </Figure>
          </>
        )}
        <Figure title="What">
          {choice === undefined
            ? (search.sourceName ?? search.source ?? search.environment)
            : whatWords(choice)}
        </Figure>
        {choice !== undefined && choice.what !== 'environment' && mode !== undefined && (
          <Figure title="Where to">
            {mode === 'beside' && search.newName !== undefined
              ? `Beside it: ${search.newName}`
              : words[mode].title}
          </Figure>
        )}
      </SimpleGrid>
    </Card>
  );
}
