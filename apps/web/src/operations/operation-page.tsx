import type { Operation } from '@holdfast/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { formatInstantHere } from '../ui/instant.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { OperationActions } from './operation-actions.tsx';
import { OperationLog } from './operation-log.tsx';
import { OperationParts } from './operation-parts.tsx';
import { OperationResult } from './operation-result.tsx';
import { OperationSummary } from './operation-summary.tsx';
import { kindWords, subjectOf } from './operation-words.ts';
import { operationQuery } from './operations.queries.ts';
import { useOperationEvents } from './use-operation-events.ts';

const route = getRouteApi('/operations/$id');

/** One operation, live. */
export function OperationPage() {
  const { id } = route.useParams();
  const stored = useQuery(operationQuery(id));
  const live = useOperationEvents(id);
  const operation = live.operation ?? stored.data;
  if (operation === undefined) {
    return (
      <Page title="Operation">
        {stored.error === null ? (
          <Loading />
        ) : (
          <Failed error={stored.error} retry={() => void stored.refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={`${kindWords(operation.kind)} of ${subjectOf(operation)}`}
      description={<Begun operation={operation} />}
      actions={<OperationActions operation={operation} />}
    >
      <OperationSummary operation={operation} live={live} />
      <OperationResult operation={operation} />
      {live.parts.size > 0 && <OperationParts parts={[...live.parts.values()]} />}
      <OperationLog lines={live.lines} parts={live.parts} />
    </Page>
  );
}

function Begun({ operation }: { readonly operation: Operation }) {
  return <>Asked for at {formatInstantHere(operation.createdAt)}</>;
}
