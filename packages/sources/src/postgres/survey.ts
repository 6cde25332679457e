import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { isTemporaryName } from '../container/temporary-name.ts';
import type { ConnectedServer } from './connected-server.ts';
import { queryJson } from './psql.ts';
import { isPreviousName } from './restore-names.ts';

const databaseSchema = z.object({
  name: z.string(),
  allowsConnections: z.boolean(),
  template: z.boolean(),
  /** A DROP DATABASE was interrupted: it cannot be connected to any more. */
  halfDropped: z.boolean(),
  mayConnect: z.boolean(),
  bytes: z.number(),
  /** For pg_dump: what is stored is never converted on its way. */
  encoding: z.string(),
});
export type FoundDatabase = z.infer<typeof databaseSchema>;

const serverSchema = z.object({ tablespaces: z.array(z.string()), databases: z.array(databaseSchema) });

const surveyQuery = `SELECT jsonb_build_object(
  'tablespaces', coalesce((SELECT jsonb_agg(spcname ORDER BY spcname) FROM pg_tablespace
    WHERE spcname NOT IN ('pg_default', 'pg_global')), '[]'),
  'databases', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', datname,
      'allowsConnections', datallowconn,
      'template', datistemplate,
      'halfDropped', datconnlimit = -2,
      'mayConnect', has_database_privilege(oid, 'CONNECT'),
      'bytes', CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) ELSE 0 END,
      'encoding', pg_encoding_to_char(encoding)) ORDER BY datname), '[]')
    FROM pg_database WHERE datname NOT IN ('template0', 'template1')))`;

/** Schemas that belong to people, not to the server: `n` is pg_namespace. */
export const userSchemas = `(n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')`;

/** That a relation `c` (pg_class) belongs to an extension, and so is not in a dump. */
export const belongsToExtension = `EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass
    AND e.objid = c.oid AND e.refclassid = 'pg_extension'::regclass AND e.deptype = 'e')`;

const hasUserObjectsQuery = `SELECT to_jsonb(
  EXISTS (SELECT FROM pg_namespace n WHERE ${userSchemas} AND nspname <> 'public')
  OR EXISTS (SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE ${userSchemas})
  OR EXISTS (SELECT FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE ${userSchemas})
  OR EXISTS (SELECT FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace WHERE ${userSchemas})
  OR EXISTS (SELECT FROM pg_extension WHERE extname <> 'plpgsql')
  OR EXISTS (SELECT FROM pg_largeobject_metadata)
  OR EXISTS (SELECT FROM pg_foreign_data_wrapper)
  OR EXISTS (SELECT FROM pg_publication)
  OR EXISTS (SELECT FROM pg_event_trigger))`;

/** The first table or sequence that the role may not read; pg_dump would fail on it. */
const unreadableQuery = `SELECT jsonb_build_object('first', (SELECT format('%I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND ${userSchemas} AND NOT ${belongsToExtension}
    AND NOT (has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind
      WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END)
  ORDER BY 1 LIMIT 1))`;
const unreadableSchema = z.object({ first: z.string().nullable() });

export interface SkippedDatabase {
  readonly name: string;
  readonly reason: string;
  /** That nobody needs to be told of it. */
  readonly expected: boolean;
}

export interface Survey {
  readonly databases: readonly FoundDatabase[];
  readonly skipped: readonly SkippedDatabase[];
  readonly tablespaces: readonly string[];
}

/**
 * Which databases of a server are to be dumped, and why the others are not. A database is dumped whole or not at all.
 *
 * @throws HoldfastError `dump-failed` when none can be dumped; `setting-invalid` when the one that is asked for
 *   does not exist
 */
export async function surveyServer(connected: ConnectedServer, signal: AbortSignal): Promise<Survey> {
  const { server, settings } = connected;
  const found = await queryJson(server, server.maintenanceDatabase, surveyQuery, serverSchema, { signal });
  const only = settings.database;
  if (only !== undefined && !found.databases.some((one) => one.name === only)) {
    throw new HoldfastError(
      'setting-invalid',
      `The settings of ${connected.name} ask for the database "${only}", which its server does not have.`,
      {
        hint: 'Correct the label holdfast.postgres.database, or the declaration; without it all databases are backed up.',
      },
    );
  }
  const skipped: SkippedDatabase[] = [];
  const databases: FoundDatabase[] = [];
  for (const database of found.databases) {
    const unwanted =
      only !== undefined && database.name !== only
        ? `only "${only}" is asked for`
        : whyLeftOver(database.name);
    const reason =
      unwanted ??
      whyNotAsItIs(database) ??
      (connected.superuser ? undefined : await whyUnreadable(connected, database.name, signal));
    if (reason === undefined) databases.push(database);
    else skipped.push({ name: database.name, reason, expected: unwanted !== undefined });
  }
  if (databases.length === 0) {
    const reasons = skipped.map(({ name, reason }) => `"${name}": ${reason}`).join('; ');
    throw new HoldfastError('dump-failed', `No database of the server can be dumped: ${reasons}.`);
  }
  const bare = await withoutBareDefault(connected, databases, signal);
  return {
    databases: bare,
    skipped:
      bare.length === databases.length
        ? skipped
        : [...skipped, { name: 'postgres', reason: 'nothing was made in it', expected: true }],
    tablespaces: found.tablespaces,
  };
}

function whyLeftOver(database: string): string | undefined {
  if (isTemporaryName(database)) return 'an unfinished restore left it';
  if (isPreviousName(database)) return 'a restore replaced it and keeps it until you drop it';
  return undefined;
}

function whyNotAsItIs(database: FoundDatabase): string | undefined {
  if (database.halfDropped) return 'it was left behind by an interrupted DROP DATABASE';
  if (!database.allowsConnections) return 'it allows no connections';
  if (database.template) return 'it is a template';
  if (!database.mayConnect) return 'the role may not connect to it';
  return undefined;
}

async function whyUnreadable(
  { server }: ConnectedServer,
  database: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { first } = await queryJson(server, database, unreadableQuery, unreadableSchema, { signal });
  return first === null ? undefined : `the role "${server.user}" may not read ${first} in it`;
}

/** Leaves out `postgres` where it is the empty one that every server has, and not all that there is. */
async function withoutBareDefault(
  { server, settings }: ConnectedServer,
  databases: readonly FoundDatabase[],
  signal: AbortSignal,
): Promise<readonly FoundDatabase[]> {
  const others = databases.filter((one) => one.name !== 'postgres');
  if (others.length === databases.length || others.length === 0 || settings.database === 'postgres') {
    return databases;
  }
  const used = await queryJson(server, 'postgres', hasUserObjectsQuery, z.boolean(), { signal });
  return used ? databases : others;
}
