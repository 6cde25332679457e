import type { Operation } from '@holdfast/contracts';
import type { OperationsFilter } from './operations.queries.ts';

interface OperationsPage {
  readonly items: Operation[];
  readonly next?: string | undefined;
}

/**
 * A list of operations, newest first, with what the server told of since: rows change where they stand, new ones come to
 * the top, and what the filter leaves out goes. The changes carry no items; a row keeps those that it has.
 */
export function withChanges<Page extends OperationsPage>(
  pages: readonly Page[],
  changes: readonly Operation[],
  filter: OperationsFilter,
): Page[] {
  const news = new Map(changes.map((operation) => [operation.id, operation]));
  const known = new Set<string>();
  const updated = pages.map((page) => ({
    ...page,
    items: page.items.flatMap((row) => {
      known.add(row.id);
      const change = news.get(row.id);
      if (change === undefined) return [row];
      const next = { ...change, items: change.items ?? row.items, drills: change.drills ?? row.drills };
      return belongs(next, filter) ? [next] : [];
    }),
  }));
  const [first, ...rest] = updated;
  if (first === undefined) return updated;
  const added = changes
    .filter((change) => !known.has(change.id) && belongs(change, filter))
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  return [{ ...first, items: [...added, ...first.items] }, ...rest];
}

/** Parts of a pass stand on its own page. */
function belongs({ parentId, kind, state }: Operation, filter: OperationsFilter): boolean {
  return (
    parentId === undefined &&
    (filter.kind === undefined || filter.kind === kind) &&
    (filter.state === undefined || filter.state === state)
  );
}
