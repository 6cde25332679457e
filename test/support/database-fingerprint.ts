import type { PostgresContainer } from '@holdfast/sources/testing';

/**
 * What a database is to those who use it, as one text: its settings and privileges, and every table's definition,
 * number of rows and a hash of their content; values of sequences; roles and their memberships. Two that are equal
 * here are equal in use.
 */
export async function fingerprint(postgres: PostgresContainer, database: string): Promise<string> {
  const properties = await postgres.sql(
    `SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit,
            (SELECT array_agg(a ORDER BY a::text) FROM unnest(datacl) AS a), shobj_description(oid, 'pg_database'),
            (SELECT string_agg(coalesce(rolname, '*') || ' ' || array_to_string(setconfig, ';'), E'\\n' ORDER BY rolname)
               FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole WHERE setdatabase = d.oid)
       FROM pg_database d WHERE datname = current_database()`,
    database,
  );
  const tables = await postgres.sql(
    `SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind IN ('r', 'm', 'p') AND nspname !~ '^pg_|^information_schema$' ORDER BY 1`,
    database,
  );
  const contents = tables
    .split('\n')
    .filter((table) => table !== '')
    .map(
      (table) =>
        `SELECT '${table.replaceAll("'", "''")}', count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM ONLY ${table} AS t`,
    );
  const rows = contents.length === 0 ? '' : await postgres.sql(`${contents.join(';\n')};`, database);
  const objects = await postgres.sql(
    `SELECT format('%I.%I', n.nspname, relname), relkind, pg_get_userbyid(relowner), (SELECT array_agg(a ORDER BY a::text) FROM unnest(relacl) AS a), relrowsecurity,
            obj_description(c.oid, 'pg_class'), pg_get_partkeydef(c.oid), pg_get_expr(relpartbound, c.oid),
            CASE relkind WHEN 'v' THEN pg_get_viewdef(c.oid) WHEN 'm' THEN pg_get_viewdef(c.oid)
                         WHEN 'i' THEN pg_get_indexdef(c.oid) END
       FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE n.nspname !~ '^pg_|^information_schema$';
     SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
            pg_get_expr(adbin, adrelid), attacl::text
       FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
      WHERE attnum > 0 AND NOT attisdropped AND n.nspname !~ '^pg_|^information_schema$';
     SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE conrelid <> 0 AND connamespace::regnamespace::text !~ '^pg_|^information_schema$';
     SELECT polrelid::regclass, polname, polcmd, pg_get_expr(polqual, polrelid) FROM pg_policy;
     SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2;
     SELECT extname, extversion FROM pg_extension ORDER BY 1;
     SELECT nspname, nspowner::regrole, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' ORDER BY 1;
     SELECT loid, md5(string_agg(data, '' ORDER BY pageno)) FROM pg_largeobject GROUP BY loid ORDER BY 1;
     SELECT tgrelid::regclass, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal;
     SELECT proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
      WHERE nspname !~ '^pg_|^information_schema$' AND prokind IN ('f', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e') `,
    database,
  );
  // The order in which a catalogue gives its rows says nothing.
  const sorted = objects.split('\n').toSorted().join('\n');
  return [properties, rows, sorted].join('\n---\n');
}

/** Roles, what they may do, and whose members they are; without their passwords. */
export function roles(postgres: PostgresContainer): Promise<string> {
  return postgres.sql(
    `SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit
       FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1;
     SELECT roleid::regrole, member::regrole FROM pg_auth_members
      WHERE roleid::regrole::text !~ '^pg_'::text`,
    'template1',
  );
}

export async function databases(postgres: PostgresContainer): Promise<string[]> {
  const listed = await postgres.sql(
    'SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1',
    'template1',
  );
  return listed.split('\n');
}
