import type { Source } from '@holdfast/contracts';
import { Group } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BackUpButton } from '../backups/back-up-button.tsx';
import { DrillButton } from '../drills/drill-button.tsx';
import { TextLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { RestoreButton } from '../ui/restore-button.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { SourceDrills } from './source-drills.tsx';
import { SourceFacts } from './source-facts.tsx';
import { SourceHistory } from './source-history.tsx';
import { SourceState } from './source-state.tsx';
import { SourceWords } from './source-words.tsx';
import { sourceHistoryQuery, sourceQuery } from './sources.queries.ts';
import { Undeclare } from './undeclare.tsx';

const route = getRouteApi('/sources/$id');

/** One source: how well it is guarded, what was backed up of it, and what can be done. */
export function SourcePage() {
  const { id } = route.useParams();
  const { data: source, error, refetch } = useQuery(sourceQuery(id));
  if (source === undefined) {
    return (
      <Page title="Source">
        {error === null ? <Loading rows={8} /> : <Failed error={error} retry={() => void refetch()} />}
      </Page>
    );
  }
  return <Known source={source} />;
}

function Known({ source }: { readonly source: Source }) {
  const { id, name, kind, environment, present } = source;
  const history = useInfiniteQuery(sourceHistoryQuery(id));
  const newest = history.data?.pages[0]?.items[0];
  return (
    <Page
      title={name}
      description={
        <>
          {kind}, in the environment{' '}
          <TextLink to="/environments/$name" params={{ name: environment }}>
            {environment}
          </TextLink>
        </>
      }
      actions={
        <>
          {present && <BackUpButton request={{ names: [id], all: false }}>Back up now</BackUpButton>}
          {newest !== undefined && (
            <>
              <DrillButton request={{ name: id, snapshot: 'latest' }}>Prove it now</DrillButton>
              <RestoreButton search={{ source: name }}>Restore</RestoreButton>
            </>
          )}
          {source.declared && <Undeclare source={source} />}
        </>
      }
    >
      <Group>
        <SourceState source={source} />
      </Group>
      <SourceWords source={source} newest={newest} />
      <SourceFacts source={source} />
      <SourceDrills id={id} />
      <SourceHistory source={source} history={history} />
    </Page>
  );
}
