import type { Inspection } from './inspection.ts';

/**
 * Work on a database file that keeps a processor busy for as long as it lasts; done in a thread of its own
 * (`tasks.worker.ts`) so that it holds up nothing else.
 */
export type DatabaseTask =
  /** Writes a consistent copy of a live database to a new file, and inspects the copy. */
  | { readonly type: 'copy'; readonly source: string; readonly copy: string }
  | { readonly type: 'inspect'; readonly file: string }
  /** Gives a database that was made without a write-ahead log the journal mode of its original. */
  | { readonly type: 'set-journal-mode'; readonly file: string; readonly mode: string }
  /** Replaces the content of a database through SQLite itself, in one transaction. */
  | { readonly type: 'overwrite'; readonly from: string; readonly target: string }
  /** Puts a file in the place of a database and keeps the old one under another name. */
  | { readonly type: 'exchange'; readonly from: string; readonly target: string; readonly previous: string };

export interface CopyResult {
  readonly journalMode: string;
  /** `vacuum` writes table by table, which deduplicates best; `pages` is the form for what it cannot read. */
  readonly form: 'vacuum' | 'pages';
  readonly inspection: Inspection;
}

export interface ExchangeResult {
  /** Whether nobody else had the old database open, so that it is whole in one file. */
  readonly quiet: boolean;
}

export interface TaskResults {
  readonly copy: CopyResult;
  readonly inspect: Inspection;
  readonly 'set-journal-mode': null;
  readonly overwrite: null;
  readonly exchange: ExchangeResult;
}
