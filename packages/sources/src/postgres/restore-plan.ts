import { HoldfastError } from '@holdfast/runtime';
import { temporaryName } from '../container/temporary-name.ts';
import type { PartReader, RestoreRequest } from '../source.ts';
import { type DatabaseProperties, databasePropertiesSchema } from './database-properties.ts';
import { type PostgresDetails, postgresDetailsSchema } from './details.ts';
import { assertDatabaseName, previousName } from './restore-names.ts';
import type { Target } from './target.ts';

/** What becomes of one database of the snapshot. */
export interface DatabasePlan {
  /** Its name when it was backed up. */
  readonly name: string;
  readonly reader: PartReader;
  readonly properties: DatabaseProperties;
  readonly extensions: PostgresDetails['databases'][number]['extensions'];
  /** Its size on the server that was backed up. */
  readonly bytes: number;
  /** Where it is loaded and verified. */
  readonly temporary: string;
  /** The name that it gets when it is complete. */
  readonly final: string;
  /** Where the database that has that name now is kept; absent when there is none, or when it is dropped. */
  readonly previous?: string;
}

export interface RestorePlan {
  readonly details: PostgresDetails;
  readonly databases: readonly DatabasePlan[];
  /** Existing databases that are dropped before the load: only of mode `in-place`. */
  readonly dropped: readonly string[];
}

/**
 * Says which database of the snapshot goes where.
 *
 * @throws HoldfastError `invalid-input`, `not-found` for a part that the snapshot lacks, `restore-target-exists`
 */
export function planRestore(
  request: RestoreRequest,
  operationId: string,
  target: Target,
  now: Date,
): RestorePlan {
  const details = readDetails(request);
  const chosen = details.databases.filter(
    ({ name, part }) => request.part === undefined || request.part === name || request.part === part,
  );
  if (chosen.length === 0) {
    throw new HoldfastError(
      'not-found',
      request.part === undefined
        ? 'The snapshot holds no database.'
        : `The snapshot holds no database "${request.part}"; it holds: ${details.databases.map(({ name }) => name).join(', ')}.`,
    );
  }
  const taken = new Set(target.databases.map(({ name }) => name));
  const databases = chosen.map((database, index): DatabasePlan => {
    const final = finalName(request, database.name, chosen.length);
    const exists = taken.has(final);
    if (exists && request.mode === 'beside') {
      throw new HoldfastError('restore-target-exists', `There is a database "${final}" already.`);
    }
    const previous = exists && request.mode === 'swap' ? previousName(final, now, taken) : undefined;
    if (previous !== undefined) taken.add(previous);
    return {
      name: database.name,
      reader: readerOf(request, database.part),
      properties: readProperties(database.name, database.properties),
      extensions: database.extensions,
      bytes: database.bytes,
      temporary: temporaryName(operationId, index),
      final,
      ...(previous === undefined ? {} : { previous }),
    };
  });
  const dropped =
    request.mode === 'in-place' ? databases.map(({ final }) => final).filter((name) => taken.has(name)) : [];
  return { details, databases, dropped };
}

function readDetails(request: RestoreRequest): PostgresDetails {
  const parsed = postgresDetailsSchema.safeParse(request.manifest.details);
  if (parsed.success) return parsed.data;
  throw new HoldfastError(
    'restore-failed',
    `The manifest of the snapshot is not one of a PostgreSQL server: ${parsed.error.issues[0]?.message ?? ''}`,
  );
}

function readProperties(database: string, value: unknown): DatabaseProperties {
  const parsed = databasePropertiesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HoldfastError(
    'restore-failed',
    `The manifest of the snapshot does not say how database "${database}" was made (${issue?.path.join('.')}: ${issue?.message}).`,
  );
}

function readerOf(request: RestoreRequest, path: string): PartReader {
  const reader = request.parts.find(({ part }) => part.path === path);
  if (reader !== undefined) return reader;
  throw new HoldfastError('restore-failed', `The snapshot lacks the part ${path} that its manifest names.`);
}

function finalName(request: RestoreRequest, name: string, count: number): string {
  if (request.mode !== 'beside') return name;
  if (request.newName === undefined) {
    throw new HoldfastError('invalid-input', 'Restoring beside needs a new name.');
  }
  const final = count === 1 ? request.newName : `${request.newName}_${name}`;
  assertDatabaseName(final);
  return final;
}
