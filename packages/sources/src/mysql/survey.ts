import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { isTemporaryName } from '../container/temporary-name.ts';
import { queryJson } from './client.ts';
import type { ConnectedServer } from './connect.ts';
import { isPreviousName } from './restore-names.ts';

const schemaSchema = z.object({
  name: z.string(),
  characterSet: z.string(),
  collation: z.string(),
  /** Data and indexes, roughly. */
  bytes: z.coerce.number(),
});
export type FoundSchema = z.infer<typeof schemaSchema>;

const schemasQuery = `SELECT JSON_OBJECT('name', s.SCHEMA_NAME, 'characterSet', s.DEFAULT_CHARACTER_SET_NAME,
    'collation', s.DEFAULT_COLLATION_NAME,
    'bytes', (SELECT COALESCE(SUM(t.DATA_LENGTH + t.INDEX_LENGTH), 0) FROM information_schema.TABLES t
      WHERE t.TABLE_SCHEMA = s.SCHEMA_NAME))
  FROM information_schema.SCHEMATA s
  WHERE s.SCHEMA_NAME NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
  ORDER BY s.SCHEMA_NAME;`;

export interface SkippedSchema {
  readonly name: string;
  readonly reason: string;
}

export interface Survey {
  readonly schemas: readonly FoundSchema[];
  readonly skipped: readonly SkippedSchema[];
}

/** The schemas of people, not of the server, that the user may see. */
export async function readSchemas(
  { server }: Pick<ConnectedServer, 'server'>,
  signal?: AbortSignal,
): Promise<FoundSchema[]> {
  return await queryJson(server, schemasQuery, schemaSchema, signal === undefined ? {} : { signal });
}

/**
 * Which schemas of a server are to be dumped, and why the others are not.
 *
 * @throws HoldfastError `dump-failed` when there is none; `setting-invalid` when the one that is asked for does not exist
 */
export async function surveyServer(connected: ConnectedServer, signal: AbortSignal): Promise<Survey> {
  const found = await readSchemas(connected, signal);
  const only = connected.settings.database;
  if (only !== undefined && !found.some(({ name }) => name === only)) {
    throw new HoldfastError(
      'setting-invalid',
      `The settings of container ${connected.container.name} ask for the database "${only}", which its server does not have.`,
      { hint: 'Correct the label holdfast.mysql.database, or leave it out to back up all databases.' },
    );
  }
  const schemas: FoundSchema[] = [];
  const skipped: SkippedSchema[] = [];
  for (const schema of found) {
    const reason =
      only !== undefined && schema.name !== only ? `only "${only}" is asked for` : whyLeftOver(schema.name);
    if (reason === undefined) schemas.push(schema);
    else skipped.push({ name: schema.name, reason });
  }
  if (schemas.length > 0) return { schemas, skipped };
  throw new HoldfastError(
    'dump-failed',
    `The server in container ${connected.container.name} has no database that user "${connected.server.user}" can see.`,
    { hint: 'Make one, or name another user with the label holdfast.mysql.user.' },
  );
}

function whyLeftOver(schema: string): string | undefined {
  if (isTemporaryName(schema)) return 'an unfinished restore left it';
  if (isPreviousName(schema)) return 'a restore replaced it and keeps it until you drop it';
  return undefined;
}
