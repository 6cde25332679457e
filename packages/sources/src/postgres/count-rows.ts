import { asHoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { largeObjectCountKey, rowCountKey } from './names.ts';
import { type PsqlSession, succeeded } from './psql-session.ts';
import { quoteIdentifier } from './quoting.ts';
import { belongsToExtension, userSchemas } from './survey.ts';

export interface Counted {
  /** By the keys of the manifest: see `rowCountKey` and `largeObjectCountKey`. */
  readonly counts: Readonly<Record<string, number>>;
  /** What could not be counted, and why: named, not guessed. */
  readonly notCounted: readonly { readonly what: string; readonly reason: string }[];
}

/** Gives up on a table that somebody else holds locked: it is not worth waiting for. */
const lockTimeoutMs = 5_000;

const tablesSchema = z.array(z.object({ schema: z.string(), table: z.string() }));

/**
 * Every table whose rows are in a dump, by name: leaves of partitioned tables, not their parents; no foreign
 * tables, materialised views (a restore computes them anew) and tables that an extension made.
 */
const tablesQuery = `SELECT coalesce(jsonb_agg(jsonb_build_object('schema', n.nspname, 'table', c.relname)
    ORDER BY n.nspname, c.relname), '[]')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${userSchemas} AND NOT ${belongsToExtension}`;

/**
 * Counts the rows of every table of a database exactly, and its large objects, as the open transaction of a session
 * sees them.
 *
 * @param budgetMs after this much time no further table is begun, and the one being counted is given up
 */
export async function countInTransaction(
  session: PsqlSession,
  database: string,
  budgetMs: number,
): Promise<Counted> {
  const deadline = Date.now() + budgetMs;
  const counts: Record<string, number> = {};
  const notCounted: { what: string; reason: string }[] = [];

  // Without row_security = off a policy would quietly hide rows; with it, counting them is an error.
  session.surviveErrors();
  const listed = await session.demand(
    `SET LOCAL row_security = off; SET LOCAL max_parallel_workers_per_gather = 0;
     SET LOCAL lock_timeout = ${lockTimeoutMs}; ${tablesQuery}`,
  );
  const tables = tablesSchema.parse(JSON.parse(listed.at(-1) ?? ''));
  const count = async (key: string, what: string, from: string) => {
    const remainingMs = deadline - Date.now();
    if (remainingMs <= 0) {
      notCounted.push({ what, reason: 'the time for counting was over' });
      return;
    }
    const { lines, sqlState } = await session.ask(
      `SET LOCAL statement_timeout = ${Math.ceil(remainingMs)}; SELECT count(*) FROM ${from}`,
    );
    const rows = Number(lines.at(-1));
    if (sqlState === succeeded && Number.isSafeInteger(rows)) counts[key] = rows;
    else notCounted.push({ what, reason: reasonOf(sqlState) });
  };

  await count(largeObjectCountKey(database), 'large objects', 'pg_largeobject_metadata');
  for (const { schema, table } of tables) {
    const what = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
    try {
      await count(rowCountKey({ database, schema, table }), what, `ONLY ${what}`);
    } catch (error) {
      // The session is lost, and with it the snapshot: nothing more can be counted, what was counted stays true.
      const from = tables.findIndex((one) => one.schema === schema && one.table === table);
      for (const lost of tables.slice(from)) {
        notCounted.push({
          what: `${quoteIdentifier(lost.schema)}.${quoteIdentifier(lost.table)}`,
          reason: asHoldfastError(error).message,
        });
      }
      break;
    }
  }
  return { counts, notCounted };
}

function reasonOf(sqlState: string): string {
  if (sqlState === '57014') return 'the time for counting was over';
  if (sqlState === '55P03') return 'it was locked';
  if (sqlState === '42501') return 'the role may not read it whole';
  return `the server answered with error ${sqlState}`;
}
