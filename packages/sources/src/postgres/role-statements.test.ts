import { expect, it } from 'vitest';
import { parseGlobals } from './role-statements.ts';

it('tells what makes a role, its settings, and who was granted what by whom', () => {
  const globals = parseGlobals(`
    SET client_encoding = 'UTF8';
    CREATE ROLE app;
    ALTER ROLE app WITH NOSUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:a;b' VALID UNTIL '2030-01-01 00:00:00+00';
    COMMENT ON ROLE app IS 'CREATE ROLE x;';
    CREATE ROLE "to ""granted by""";
    ALTER ROLE app SET search_path TO 'a', 'b';
    GRANT app TO "to ""granted by""" WITH ADMIN OPTION, INHERIT TRUE GRANTED BY postgres;
    GRANT SET ON PARAMETER work_mem TO app;
    CREATE TABLESPACE fast OWNER app LOCATION '/fast';
  `);
  expect(globals.roles.map(({ name }) => name)).toEqual(['app', 'to "granted by"']);
  expect(globals.roles[0]?.definition.map((sql) => sql.slice(0, 12))).toEqual([
    'CREATE ROLE ',
    'ALTER ROLE a',
    'COMMENT ON R',
  ]);
  expect([...(globals.roles[0]?.attributes ?? [])].slice(0, 2)).toEqual(['NOSUPERUSER', 'LOGIN']);
  expect(globals.roles[0]?.settings).toEqual(["ALTER ROLE app SET search_path TO 'a', 'b'"]);
  expect(globals.grants).toEqual([
    {
      label: 'membership of "to "granted by"" in "app"',
      to: 'to "granted by"',
      role: 'app',
      alternatives: [
        'GRANT app TO "to ""granted by""" WITH ADMIN OPTION, INHERIT TRUE GRANTED BY postgres',
        'GRANT "app" TO "to ""granted by""" with admin option , inherit true',
      ],
    },
    {
      label: 'privilege of "app" on parameter "work_mem"',
      to: 'app',
      alternatives: ['GRANT SET ON PARAMETER work_mem TO app'],
    },
  ]);
});
