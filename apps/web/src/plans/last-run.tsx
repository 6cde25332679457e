import { useQuery } from '@tanstack/react-query';
import { Instant } from '../ui/instant.tsx';
import { PageLink } from '../ui/link.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { lastRunQuery } from './plans.queries.ts';

/** How the newest run of a plan ended, or that it goes on. */
export function LastRun({ planId }: { readonly planId: string }) {
  const { data: run } = useQuery(lastRunQuery(planId));
  if (run === undefined) return '…';
  if (run === null) return 'none yet';
  return (
    <>
      <StateBadge state={run.state} />{' '}
      <PageLink to="/operations/$id" params={{ id: run.id }} size="sm">
        <Instant at={run.finishedAt ?? run.createdAt} />
      </PageLink>
    </>
  );
}
