import type { Database } from 'better-sqlite3';

/** What was found in a database file when it was read from end to end. */
export interface Inspection {
  /** Rows per table as `main.<table>`, shadow tables of full-text indexes and the like included. */
  readonly counts: Record<string, number>;
  /** Damage. A database with any of these is neither backed up nor put in place. */
  readonly problems: readonly string[];
  /** What is odd but was stored so by its application, or could not be looked at from outside it. */
  readonly warnings: readonly string[];
  readonly check: 'integrity' | 'quick' | 'none';
  readonly pageSize: number;
  readonly encoding: string;
  readonly userVersion: number;
  readonly applicationId: number;
  readonly sqliteVersion: string;
}

/** Above this the indexes are not compared with their tables: that needs many times the time of a copy. */
const fullCheckBytes = 2 * 1024 ** 3;

/** Rows that break a rule of their own table are data, not damage: refusing them would mean no backup at all. */
const brokenRule = /^(NULL value in|CHECK constraint failed in|(non-)?[A-Z]+ value in) /;
/** Extensions of the application that this program does not have. */
const needsExtension = /no such (module|collation sequence|function|tokenizer)|unknown tokenizer/;

/** Reads every page and counts every row; takes about as long as reading the file several times. */
export function inspect(database: Database): Inspection {
  const pragma = (name: string) => database.pragma(name, { simple: true });
  const pageSize = Number(pragma('page_size'));
  const checked = checkDatabase(database, Number(pragma('page_count')) * pageSize > fullCheckBytes);
  // A damaged file may not even list its tables, and its counts would mean nothing.
  const counted = checked.problems.length > 0 ? { counts: {}, warnings: [] } : countRows(database);
  return {
    ...checked,
    counts: counted.counts,
    warnings: [...checked.warnings, ...counted.warnings],
    pageSize,
    encoding: String(pragma('encoding')),
    userVersion: Number(pragma('user_version')),
    applicationId: Number(pragma('application_id')),
    sqliteVersion: String(database.prepare('SELECT sqlite_version()').pluck().get()),
  };
}

function checkDatabase(
  database: Database,
  quickOnly: boolean,
): Pick<Inspection, 'problems' | 'warnings' | 'check'> {
  const missing: string[] = [];
  for (const check of quickOnly ? (['quick'] as const) : (['integrity', 'quick'] as const)) {
    try {
      const lines = database.prepare(`PRAGMA ${check}_check`).pluck().all().map(String);
      const findings = lines.filter((line) => line !== 'ok');
      return {
        check,
        problems: findings.filter((line) => !brokenRule.test(line)),
        warnings: [...missing, ...findings.filter((line) => brokenRule.test(line))],
      };
    } catch (error) {
      const words = String(error instanceof Error ? error.message : error);
      if (!needsExtension.test(words)) return { check, problems: [words], warnings: [] };
      missing.push(`The ${check} check needs an extension of the application: ${words}.`);
    }
  }
  return { check: 'none', problems: [], warnings: missing };
}

function countRows(database: Database): Pick<Inspection, 'counts' | 'warnings'> {
  const tables = database
    .prepare<[], { name: string; type: string }>(
      "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all();
  const counts: [string, number][] = [];
  const warnings: string[] = [];
  for (const { name, type } of tables) {
    // A virtual table's rows are those of its shadow tables, and its module may not be at hand.
    if (type !== 'table' && type !== 'shadow') continue;
    try {
      const rows = database
        .prepare(`SELECT count(*) FROM ${quoteIdentifier(name)}`)
        .pluck()
        .get();
      counts.push([`main.${name}`, Number(rows)]);
    } catch (error) {
      const words = String(error instanceof Error ? error.message : error);
      if (!needsExtension.test(words)) throw error;
      warnings.push(`Table ${name} was not counted: ${words}.`);
    }
  }
  return { counts: Object.fromEntries(counts), warnings };
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
