import { HoldfastError } from '@holdfast/runtime';
import { directorySource } from './directory/directory-source.ts';
import { environmentSource } from './environment/environment-source.ts';
import { mysqlSource } from './mysql/mysql-source.ts';
import { postgresSource } from './postgres/postgres-source.ts';
import { redisSource } from './redis/redis-source.ts';
import type { SourceKind } from './source.ts';
import { sqliteSource } from './sqlite/sqlite-source.ts';
import { volumeSource } from './volume/volume-source.ts';

/** Every kind of source; the one file that names them. Discovery asks them in this order. */
export const sourceKinds: readonly SourceKind<unknown>[] = [
  postgresSource,
  mysqlSource,
  redisSource,
  sqliteSource,
  volumeSource,
  directorySource,
  environmentSource,
];

/** @throws HoldfastError `not-found` */
export function sourceKind(name: string): SourceKind<unknown> {
  const found = sourceKinds.find(({ kind }) => kind === name);
  if (found !== undefined) return found;
  throw new HoldfastError('not-found', `There is no kind of source "${name}".`, {
    hint: `Kinds that exist: ${sourceKinds.map(({ kind }) => kind).join(', ')}.`,
  });
}
