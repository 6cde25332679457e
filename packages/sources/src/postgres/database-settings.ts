import { quoteIdentifier, quoteLiteral } from './quoting.ts';

/**
 * Settings whose stored value is a list of identifiers, quoted already: each element has to be written as its own
 * literal or the list would come back as one name. (GUC_LIST_QUOTE in PostgreSQL's sources; pg_dump has the same list.)
 */
const quotedLists = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** `name TO value` as ALTER DATABASE and ALTER ROLE take it, from what pg_db_role_setting holds. */
export function settingClause(name: string, stored: string): string {
  const values = quotedLists.has(name.toLowerCase()) ? splitIdentifiers(stored) : [stored];
  const literals = values.length === 0 ? ["''"] : values.map(quoteLiteral);
  return `${quoteIdentifier(name)} TO ${literals.join(', ')}`;
}

/** The elements of a comma-separated list of identifiers, quotes resolved, case kept. */
export function splitIdentifiers(list: string): string[] {
  return Array.from(list.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g), ([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
  );
}
