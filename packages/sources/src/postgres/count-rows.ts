import { asHoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { largeObjectCountKey, rowCountKey } from './names.ts';
import type { PostgresServer } from './psql.ts';
import { openSession, type PsqlSession, succeeded } from './psql-session.ts';
import { quoteIdentifier } from './quoting.ts';
import { belongsToExtension, userSchemas } from './survey.ts';

export interface Counted {
  /** By the keys of the manifest: see `rowCountKey` and `largeObjectCountKey`. */
  readonly counts: Readonly<Record<string, number>>;
  /** What could not be counted, and why: named, not guessed. */
  readonly notCounted: readonly { readonly what: string; readonly reason: string }[];
}

export interface CountOptions {
  /** After this much time no further table is begun, and the one being counted is given up. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
  /** A snapshot that another session exported and still holds; without it, what is there now. */
  readonly snapshotId?: string;
  /** The database that the keys name, where it is another than the one that is read: one restored beside. */
  readonly nameInKeys?: string;
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
 * Counts the rows of every table of a database exactly, and its large objects.
 *
 * @throws HoldfastError when the database cannot be connected to
 */
export async function countRows(
  server: PostgresServer,
  database: string,
  options: CountOptions,
): Promise<Counted> {
  const session = openSession(server, database, options.signal);
  try {
    await session.demand('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    if (options.snapshotId !== undefined) {
      // An id of a snapshot is hexadecimal digits and hyphens.
      await session.demand(
        `SET TRANSACTION SNAPSHOT '${options.snapshotId.replaceAll(/[^0-9A-Fa-f-]/g, '')}'`,
      );
    }
    return await countInTransaction(session, options.nameInKeys ?? database, options.budgetMs);
  } finally {
    await session.close();
  }
}

/** Counts in a transaction that is open already, and that sees what it sees. */
export async function countInTransaction(
  session: PsqlSession,
  nameInKeys: string,
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

  await count(largeObjectCountKey(nameInKeys), 'large objects', 'pg_largeobject_metadata');
  for (const { schema, table } of tables) {
    const what = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
    try {
      await count(rowCountKey({ database: nameInKeys, schema, table }), what, `ONLY ${what}`);
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
