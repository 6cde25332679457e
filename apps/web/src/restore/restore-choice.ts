import { type RestoreSearch, type RestoreStep, restoreSteps } from './restore-search.ts';

/** What was chosen, and what follows from it. Names of sources may be shared: what is asked for is their ids. */
export interface CompletedSearch extends RestoreSearch {
  sourceName?: string | undefined;
}

/** What is restored, once it is known. */
export type RestoreChoice =
  | { readonly what: 'environment'; readonly environment: string; readonly point: string }
  | {
      readonly what: 'source';
      readonly source: string;
      readonly sourceName: string;
      readonly snapshot: string;
    }
  | {
      readonly what: 'files';
      readonly source: string;
      readonly sourceName: string;
      readonly snapshot: string;
      readonly paths: readonly string[];
    };

export function choiceOf(search: CompletedSearch): RestoreChoice | undefined {
  const { what, environment, point, source, snapshot, paths } = search;
  if (what === 'environment') {
    return environment === undefined || point === undefined ? undefined : { what, environment, point };
  }
  if (what === undefined || source === undefined || snapshot === undefined) return undefined;
  const { sourceName = source } = search;
  if (what === 'source') return { what, source, sourceName, snapshot };
  return paths === undefined ? undefined : { what, source, sourceName, snapshot, paths };
}

/** How far a person may go with what was chosen. */
function furthestStep(search: CompletedSearch): RestoreStep {
  if (!hasState(search)) return 'from';
  const choice = choiceOf(search);
  if (choice === undefined) return 'what';
  if (choice.what === 'environment') return 'confirm';
  const { mode, newName } = search;
  return mode === undefined || (mode === 'beside' && newName === undefined) ? 'where' : 'confirm';
}

/** A recovery point or a snapshot was chosen. */
function hasState({ environment, point, source, snapshot }: RestoreSearch): boolean {
  return (
    (environment !== undefined && point !== undefined) || (source !== undefined && snapshot !== undefined)
  );
}

/** The step that is shown, and the last one that may be shown. */
export function stepsOf(search: CompletedSearch): { readonly current: number; readonly furthest: number } {
  const furthest = restoreSteps.indexOf(furthestStep(search));
  const wanted = restoreSteps.indexOf(search.step ?? (hasState(search) ? 'what' : 'from'));
  return { current: Math.min(wanted, furthest), furthest };
}
