import { HoldfastError } from '@holdfast/runtime';
import { directorySource } from './directory/directory-source.ts';
import { postgresSource } from './postgres/postgres-source.ts';
import type { SourceKind } from './source.ts';
import { sqliteSource } from './sqlite/sqlite-source.ts';

/** Every kind of source; discovery asks them in this order. The only file that knows them all. */
export const sourceKinds: readonly SourceKind<unknown>[] = [postgresSource, sqliteSource, directorySource];

/** @throws HoldfastError `invalid-input` for a name that is no kind. */
export function sourceKind(name: string): SourceKind<unknown> {
  const found = sourceKinds.find(({ kind }) => kind === name);
  if (found !== undefined) return found;
  throw new HoldfastError('invalid-input', `There is no kind of source named ${JSON.stringify(name)}.`, {
    hint: `Use one of: ${sourceKinds.map(({ kind }) => kind).join(', ')}.`,
  });
}
