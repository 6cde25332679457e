import { HoldfastError } from '@holdfast/runtime';
import { temporaryName } from '../container/temporary-name.ts';
import type { PartReader, RestoreRequest } from '../source.ts';
import { type MysqlDetails, mysqlDetailsSchema, type SchemaDetails } from './details.ts';
import { assertSchemaName, previousName } from './restore-names.ts';
import type { FoundSchema } from './survey.ts';

/** What becomes of one schema of the snapshot. */
export interface SchemaPlan {
  readonly details: SchemaDetails;
  readonly reader: PartReader;
  /** Where it is loaded and verified. */
  readonly temporary: string;
  /** The name that it gets when it is complete. */
  readonly final: string;
  /** What has that name now. */
  readonly existing?: FoundSchema;
  /** Where that is kept; absent when there is none, or when it is dropped. */
  readonly previous?: string;
}

export interface RestorePlan {
  readonly details: MysqlDetails;
  readonly schemas: readonly SchemaPlan[];
  /** Existing schemas that are dropped before the load: only of mode `in-place`. */
  readonly dropped: readonly string[];
}

/**
 * Says which schema of the snapshot goes where.
 *
 * @throws HoldfastError `invalid-input`, `not-found` for a part that the snapshot lacks, `restore-target-exists`
 */
export function planRestore(
  request: RestoreRequest,
  operationId: string,
  target: readonly FoundSchema[],
  now: Date,
): RestorePlan {
  const details = readDetails(request);
  const chosen = details.schemas.filter(
    ({ name, part }) => request.part === undefined || request.part === name || request.part === part,
  );
  if (chosen.length === 0) {
    throw new HoldfastError(
      'not-found',
      `The snapshot holds no database "${request.part}"; it holds: ${details.schemas.map(({ name }) => name).join(', ')}.`,
    );
  }
  const taken = new Set(target.map(({ name }) => name));
  const schemas = chosen.map((schema, index): SchemaPlan => {
    const final = finalName(request, schema.name, chosen.length);
    const existing = target.find(({ name }) => name === final);
    if (existing !== undefined && request.mode === 'beside') {
      throw new HoldfastError('restore-target-exists', `There is a database "${final}" already.`);
    }
    const previous =
      existing !== undefined && request.mode === 'swap' ? previousName(final, now, taken) : undefined;
    if (previous !== undefined) taken.add(previous);
    return {
      details: schema,
      reader: readerOf(request, schema.part),
      temporary: temporaryName(operationId, index),
      final,
      ...(existing === undefined || request.mode === 'in-place' ? {} : { existing }),
      ...(previous === undefined ? {} : { previous }),
    };
  });
  const dropped =
    request.mode === 'in-place' ? schemas.map(({ final }) => final).filter((name) => taken.has(name)) : [];
  return { details, schemas, dropped };
}

function readDetails(request: RestoreRequest): MysqlDetails {
  const parsed = mysqlDetailsSchema.safeParse(request.manifest.details);
  if (parsed.success) return parsed.data;
  throw new HoldfastError(
    'restore-failed',
    `The manifest of the snapshot is not one of a MySQL or MariaDB server: ${parsed.error.issues[0]?.message ?? ''}`,
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
  assertSchemaName(final);
  return final;
}
