import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { type Attempt, attemptAll } from './attempt.ts';
import { databaseGrantSchema, grantAttempts } from './database-grants.ts';
import { settingClause } from './database-settings.ts';
import { execute, type PostgresServer, type QueryOptions, queryJson } from './psql.ts';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';

/** What a plain dump does not carry of a database: everything that belongs to the database itself. */
export const databasePropertiesSchema = z.object({
  owner: z.string(),
  encoding: z.string(),
  localeProvider: z.enum(['libc', 'icu', 'builtin']),
  collate: z.string(),
  ctype: z.string(),
  /** Of the ICU or built-in provider. */
  locale: z.string().nullable(),
  icuRules: z.string().nullable(),
  tablespace: z.string(),
  connectionLimit: z.int(),
  isTemplate: z.boolean(),
  comment: z.string().nullable(),
  /** Null when the privileges were never changed from the default. */
  grants: z.array(databaseGrantSchema).nullable(),
  /** ALTER DATABASE … SET, and with a role ALTER ROLE … IN DATABASE … SET; values as the server stores them. */
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
});
export type DatabaseProperties = z.infer<typeof databasePropertiesSchema>;

// Columns that came (and were renamed) with PostgreSQL 15, 16 and 17 are read through jsonb, where those that a
// version lacks are null.
const readSql = (condition: string) => `
  SELECT json_build_object(
    'owner', pg_get_userbyid(d.datdba),
    'encoding', pg_encoding_to_char(d.encoding),
    'localeProvider', CASE j->>'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
    'collate', d.datcollate,
    'ctype', d.datctype,
    'locale', coalesce(j->>'datlocale', j->>'daticulocale'),
    'icuRules', j->>'daticurules',
    'tablespace', t.spcname,
    'connectionLimit', d.datconnlimit,
    'isTemplate', d.datistemplate,
    'comment', shobj_description(d.oid, 'pg_database'),
    'grants', CASE WHEN d.datacl IS NOT NULL THEN coalesce((
      SELECT json_agg(json_build_object(
        'grantor', pg_get_userbyid(a.grantor),
        'grantee', CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
        'privilege', a.privilege_type,
        'grantable', a.is_grantable)
        ORDER BY pg_get_userbyid(a.grantor), pg_get_userbyid(a.grantee), a.privilege_type)
      FROM aclexplode(d.datacl) a), '[]') END,
    'settings', coalesce((
      SELECT json_agg(json_build_object(
        'role', CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END,
        'name', split_part(c.entry, '=', 1),
        'value', substr(c.entry, strpos(c.entry, '=') + 1)) ORDER BY pg_get_userbyid(s.setrole), c.position)
      FROM pg_db_role_setting s, unnest(s.setconfig) WITH ORDINALITY AS c (entry, position)
      WHERE s.setdatabase = d.oid), '[]'))
  FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace, to_jsonb(d) j
  WHERE ${condition}`;

/** Reads the properties of the database that the query connects to. */
export async function readDatabaseProperties(
  server: PostgresServer,
  database: string,
  options: QueryOptions = {},
): Promise<DatabaseProperties> {
  return queryJson(
    server,
    database,
    readSql('d.datname = current_database()'),
    databasePropertiesSchema,
    options,
  );
}

export interface FreshDatabase {
  readonly name: string;
  readonly properties: DatabaseProperties;
  /** `server_version_num` of the server that it is made on. */
  readonly serverVersion: number;
  /** Those of the server: one that it lacks is replaced by the default. */
  readonly tablespaces: readonly string[];
}

/** The statement that makes an empty database with everything that cannot be changed later. */
export function createDatabaseSql({ name, properties, serverVersion, tablespaces }: FreshDatabase): string {
  const { localeProvider: provider, locale } = properties;
  const clauses = [
    `OWNER ${quoteIdentifier(properties.owner)}`,
    'TEMPLATE template0',
    `ENCODING ${quoteLiteral(properties.encoding)}`,
    `LC_COLLATE ${quoteLiteral(properties.collate)}`,
    `LC_CTYPE ${quoteLiteral(properties.ctype)}`,
  ];
  if (serverVersion >= 15_00_00) clauses.push(`LOCALE_PROVIDER ${provider}`);
  if (provider === 'icu' && locale !== null) clauses.push(`ICU_LOCALE ${quoteLiteral(locale)}`);
  if (provider === 'icu' && properties.icuRules !== null) {
    clauses.push(`ICU_RULES ${quoteLiteral(properties.icuRules)}`);
  }
  if (provider === 'builtin' && locale !== null) clauses.push(`BUILTIN_LOCALE ${quoteLiteral(locale)}`);
  if (properties.tablespace !== 'pg_default' && tablespaces.includes(properties.tablespace)) {
    clauses.push(`TABLESPACE ${quoteIdentifier(properties.tablespace)}`);
  }
  return `CREATE DATABASE ${quoteIdentifier(name)} ${clauses.join(' ')};`;
}

/**
 * Sets what can change how data is read back (settings): before the load, as `pg_restore --create` has it, since
 * constraints, index expressions and views may depend on it.
 *
 * @returns warnings about settings that this server does not accept
 */
export async function applyDatabaseSettings(
  server: PostgresServer,
  maintenanceDatabase: string,
  database: string,
  { settings }: DatabaseProperties,
  signal?: AbortSignal,
): Promise<string[]> {
  const name = quoteIdentifier(database);
  const attempts = settings.map((setting): Attempt => {
    const clause = settingClause(setting.name, setting.value);
    return setting.role === null
      ? { label: `setting "${setting.name}"`, alternatives: [`ALTER DATABASE ${name} SET ${clause}`] }
      : {
          label: `setting "${setting.name}" for role "${setting.role}"`,
          alternatives: [`ALTER ROLE ${quoteIdentifier(setting.role)} IN DATABASE ${name} SET ${clause}`],
        };
  });
  const failures = await attemptAll(server, maintenanceDatabase, attempts, signal);
  return failures.map(({ label, words }) => `The server refused the ${label} of the database: ${words}`);
}

/**
 * Sets what shuts others out or marks the database (privileges, connection limit, comment, template): after the load.
 *
 * @returns warnings about privileges that could not be given
 */
export async function applyDatabaseProperties(
  server: PostgresServer,
  maintenanceDatabase: string,
  database: string,
  properties: DatabaseProperties,
  signal?: AbortSignal,
): Promise<string[]> {
  const name = quoteIdentifier(database);
  const { connectionLimit, isTemplate, comment } = properties;
  // A fresh database has no limit and no comment, and is no template.
  const statements = [
    ...(connectionLimit === -1 ? [] : [`ALTER DATABASE ${name} CONNECTION LIMIT ${connectionLimit}`]),
    ...(isTemplate ? [`ALTER DATABASE ${name} IS_TEMPLATE true`] : []),
    ...(comment === null ? [] : [`COMMENT ON DATABASE ${name} IS ${quoteLiteral(comment)}`]),
  ];
  const attempts: Attempt[] = statements.map((sql) => ({
    label: 'properties of the database',
    alternatives: [sql],
    required: true,
  }));
  if (properties.grants !== null)
    attempts.push(...grantAttempts(database, properties.owner, properties.grants));
  const failures = await attemptAll(server, maintenanceDatabase, attempts, signal);
  return failures.map(({ label, words }) => `The server refused the ${label}: ${words}`);
}

const lacking =
  /invalid (?:LC_COLLATE |LC_CTYPE )?locale name|could not open collator|ICU (?:is not supported|locale)|does not match locale|unrecognized locale provider|invalid locale provider|locale provider ".*" is not|encoding .* not supported/i;

/**
 * Makes an empty database.
 *
 * @throws HoldfastError `restore-target-incomplete` when the server has not the locale or encoding
 */
export async function createDatabase(
  server: PostgresServer,
  maintenanceDatabase: string,
  fresh: FreshDatabase,
  options: QueryOptions = {},
): Promise<void> {
  try {
    await execute(server, maintenanceDatabase, createDatabaseSql(fresh), options);
  } catch (error) {
    if (!(error instanceof HoldfastError) || !lacking.test(error.message)) throw error;
    const { encoding, collate, ctype, locale } = fresh.properties;
    throw new HoldfastError(
      'restore-target-incomplete',
      `The target server cannot make a database with encoding ${encoding} and locale ${[...new Set([collate, ctype, locale ?? collate])].join(', ')}: ${error.message}`,
      { cause: error },
    );
  }
}
