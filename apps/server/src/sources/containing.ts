import { sql } from 'kysely';

/** Whatever the case; nothing in the text has a meaning of its own. */
export function containing(column: 'name' | 'environment', text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`;
}
