import { z } from 'zod';
import { type Counted, countInTransaction } from './count-rows.ts';
import { type HashBudget, hashInTransaction } from './hash-tables.ts';
import type { PostgresServer } from './psql.ts';
import { openSession } from './psql-session.ts';

const factsSchema = z.object({
  /** For `pg_dump --snapshot`. */
  snapshotId: z.string().min(1),
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  /** Their rows are elsewhere, and so not in a dump. */
  foreignTables: z.array(z.string()),
});

const factsQuery = `SELECT jsonb_build_object(
  'snapshotId', pg_export_snapshot(),
  'extensions', coalesce((SELECT jsonb_agg(jsonb_build_object(
      'name', extname, 'version', extversion, 'schema', nspname) ORDER BY extname)
    FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace), '[]'),
  'foreignTables', coalesce((SELECT jsonb_agg(format('%I.%I', nspname, relname) ORDER BY nspname, relname)
    FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'f'), '[]'))`;

/** A database as it was at one instant, for as long as the session behind it is open. */
export interface DatabaseSnapshot extends z.infer<typeof factsSchema> {
  count(budgetMs: number): Promise<Counted>;
  /** After `count`, whose counts it is given: see `hashInTransaction`. */
  hash(counts: Counted['counts'], budget: HashBudget): Promise<Record<string, string>>;
  /** Lets go of the instant; the server may clean up after it. */
  close(): Promise<void>;
}

/** @throws HoldfastError when the database cannot be connected to */
export async function takeSnapshot(
  server: PostgresServer,
  database: string,
  signal: AbortSignal,
): Promise<DatabaseSnapshot> {
  const session = openSession(server, database, signal);
  try {
    await session.demand('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    // Came with version 17; an instant that is let go of too early would end the dump.
    await session.demand(
      `SELECT FROM (SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout') s`,
    );
    const lines = await session.demand(factsQuery);
    const facts = factsSchema.parse(JSON.parse(lines.at(-1) ?? ''));
    return {
      ...facts,
      count: (budgetMs) => countInTransaction(session, database, budgetMs),
      hash: (counts, budget) => hashInTransaction(session, database, counts, budget),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}
