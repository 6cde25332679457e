import { z } from 'zod';
import type { PostgresContainer } from '../../testing/index.ts';

/** What two databases that are to be equal are compared by. */
export interface Fingerprint {
  /** Every definition, those of the database itself included, as pg_dump writes them. */
  readonly definitions: readonly string[];
  /** A hash of the rows of each table, the state of each sequence, a hash of each large object. */
  readonly contents: Readonly<Record<string, string>>;
}

/** A database may be made to refuse work by its own settings. */
const overrides =
  'SET statement_timeout = 0; SET role = none; SET default_transaction_read_only = off; SET search_path = public;';

const contentsSql = `
  CREATE FUNCTION pg_temp.hash_of(relation regclass) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE result text;
    BEGIN
      EXECUTE format('SELECT count(*) || '' '' || md5(coalesce(string_agg(md5(t::text), '''' ORDER BY t::text COLLATE "C"), '''')) FROM ONLY %s t', relation)
        INTO result;
      RETURN result;
    END $$;
  CREATE FUNCTION pg_temp.state_of(relation regclass) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE result text;
    BEGIN
      EXECUTE format('SELECT last_value || '' '' || is_called FROM %s', relation) INTO result;
      RETURN result;
    END $$;
  SELECT json_object_agg(name, value) FROM (
    SELECT format('%s %s', relkind, c.oid::regclass) AS name,
      CASE WHEN relkind = 'S' THEN pg_temp.state_of(c.oid)
           WHEN relispopulated THEN pg_temp.hash_of(c.oid) ELSE 'not populated' END AS value
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'm', 'S') AND nspname <> 'information_schema' AND nspname !~ '^pg_'
    UNION ALL
    SELECT format('large object %s', oid), md5(lo_get(oid)) FROM pg_largeobject_metadata) AS everything`;

/** Reads the fingerprint of one database. */
export async function fingerprint(container: PostgresContainer, database: string): Promise<Fingerprint> {
  // pg_dump does not write a name with a line break into a command to psql.
  const create = database.includes('\n') ? [] : ['--create'];
  const dump = await container.exec({
    command: ['pg_dump', '--schema-only', ...create],
    environment: {
      PGUSER: 'postgres',
      PGDATABASE: database,
      PGOPTIONS: '-c role=none',
      PGCLIENTENCODING: 'UTF8',
    },
  });
  if (dump.exitCode !== 0) throw new Error(dump.stderr);
  const contents = await container.sql(`${overrides} ${contentsSql}`, database);
  return {
    definitions: inStableOrder(dump.stdout.toString('utf8')),
    contents: z.record(z.string(), z.string()).parse(JSON.parse(contents)),
  };
}

/** Privileges of the database may have been given in another order; a token in the dump is random. */
function inStableOrder(dump: string): string[] {
  const lines = dump.split('\n').filter((line) => !/^\\(?:un)?restrict /.test(line));
  const isGrant = (line: string) => /^(?:GRANT|REVOKE) .* ON DATABASE /.test(line);
  return [...lines.filter((line) => !isGrant(line)), ...lines.filter(isGrant).sort()];
}
