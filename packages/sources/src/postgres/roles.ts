import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { type Attempt, attemptAll } from './attempt.ts';
import { type PostgresServer, queryJson } from './psql.ts';
import { quoteIdentifier } from './quoting.ts';
import { type DumpedGlobals, type DumpedRole, parseGlobals } from './role-statements.ts';

export interface RestoredRoles {
  /** Roles that were missing and exist now. */
  readonly created: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Creates the roles of a snapshot that the server lacks, with their attributes, passwords (as hashes),
 * memberships and settings. A role that exists is left alone: its password may be in use.
 * All of it happens in one transaction, so that a run that died leaves no half-made role for the next one to trust.
 *
 * @param globals what `pg_dumpall --globals-only` wrote
 * @throws HoldfastError `restore-failed` when the roles cannot be read or created
 */
export async function restoreRoles(
  server: PostgresServer,
  maintenanceDatabase: string,
  globals: string,
  signal?: AbortSignal,
): Promise<RestoredRoles> {
  const dumped = readGlobals(globals);
  const existing = await readAttributes(server, maintenanceDatabase, signal);
  const missing = dumped.roles.filter((role) => !existing.has(role.name));
  const created = missing.map((role) => role.name);
  const failures = await attemptAll(server, maintenanceDatabase, attemptsFor(dumped, missing), signal);
  return {
    created,
    warnings: [
      ...failures.map(({ label, words }) => `The server refused the ${label}: ${words}`),
      ...dumped.roles.flatMap((role) => difference(role, existing.get(role.name))),
    ],
  };
}

/** Removes roles again that `restoreRoles` made for a restore that then failed. Roles in use by now stay. */
export async function removeRoles(
  server: PostgresServer,
  maintenanceDatabase: string,
  names: readonly string[],
): Promise<void> {
  const attempts = names.map(
    (name): Attempt => ({
      label: `role "${name}"`,
      alternatives: [`DROP ROLE IF EXISTS ${quoteIdentifier(name)}`],
    }),
  );
  await attemptAll(server, maintenanceDatabase, attempts);
}

function readGlobals(globals: string): DumpedGlobals {
  try {
    return parseGlobals(globals);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new HoldfastError('restore-failed', `The roles of the snapshot cannot be read: ${words}`, {
      cause: error,
    });
  }
}

function attemptsFor(dumped: DumpedGlobals, missing: readonly DumpedRole[]): Attempt[] {
  const names = new Set(missing.map((role) => role.name));
  return [
    ...missing.flatMap((role) =>
      role.definition.map(
        (sql): Attempt => ({ label: `role "${role.name}"`, alternatives: [sql], required: true }),
      ),
    ),
    ...missing.flatMap((role) =>
      role.settings.map((sql): Attempt => ({ label: `setting of role "${role.name}"`, alternatives: [sql] })),
    ),
    ...dumped.grants.filter(
      (grant) => names.has(grant.to) || (grant.role !== undefined && names.has(grant.role)),
    ),
  ];
}

const attributeColumns = {
  SUPERUSER: 'rolsuper',
  INHERIT: 'rolinherit',
  CREATEROLE: 'rolcreaterole',
  CREATEDB: 'rolcreatedb',
  LOGIN: 'rolcanlogin',
  REPLICATION: 'rolreplication',
  BYPASSRLS: 'rolbypassrls',
} as const;

type Attributes = ReadonlyMap<string, boolean>;

async function readAttributes(
  server: PostgresServer,
  database: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Attributes>> {
  const flags = Object.entries(attributeColumns).map(([attribute, column]) => `'${attribute}', ${column}`);
  const roles = await queryJson(
    server,
    database,
    `SELECT json_agg(json_build_object('name', rolname, 'attributes', json_build_object(${flags.join(', ')})))
     FROM pg_catalog.pg_roles`,
    z.array(z.object({ name: z.string(), attributes: z.record(z.string(), z.boolean()) })),
    signal === undefined ? {} : { signal },
  );
  return new Map(roles.map(({ name, attributes }) => [name, new Map(Object.entries(attributes))]));
}

/** Passwords are not compared: the same password set twice has two different hashes. */
function difference(dumped: DumpedRole, existing: Attributes | undefined): string[] {
  if (existing === undefined) return [];
  const differing = [...existing].flatMap(([attribute, has]) => {
    const had = dumped.attributes.has(attribute);
    const hadNot = dumped.attributes.has(`NO${attribute}`);
    if (has ? !hadNot : !had) return [];
    return [
      `${has ? attribute : `NO${attribute}`} here, ${had ? attribute : `NO${attribute}`} in the snapshot`,
    ];
  });
  if (differing.length === 0) return [];
  return [`The role "${dumped.name}" exists and was left as it is: ${differing.join('; ')}.`];
}
