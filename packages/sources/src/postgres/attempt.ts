import { z } from 'zod';
import { type PostgresServer, queryJson } from './psql.ts';
import { quoteLiteral } from './quoting.ts';

/** A statement that may fail without spoiling the others around it. */
export interface Attempt {
  /** Names it in warnings and errors. The statement itself is never shown: it may hold a password's hash. */
  readonly label: string;
  /** SQL, and what to try when that fails. Each may be several statements. */
  readonly alternatives: readonly [string, ...string[]];
  /** When it fails, nothing of the whole batch happens. */
  readonly required?: boolean;
}

const failuresSchema = z.array(z.object({ label: z.string(), words: z.string() }));
export type AttemptFailure = z.infer<typeof failuresSchema>[number];

/**
 * Runs the attempts in order, in one transaction, and says which optional ones failed and why.
 *
 * @throws HoldfastError when a required one failed: then none has had an effect
 */
export async function attemptAll(
  server: PostgresServer,
  database: string,
  attempts: readonly Attempt[],
  signal?: AbortSignal,
): Promise<AttemptFailure[]> {
  if (attempts.length === 0) return [];
  const body = [
    "DECLARE failures jsonb := '[]';",
    'BEGIN',
    ...attempts.map(attemptBlock),
    "PERFORM set_config('holdfast.failures', failures::text, false);",
    'END',
  ].join('\n');
  // The first line keeps hashes of passwords out of the server's log where everything is logged.
  const sql = [
    "SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_min_error_statement = 'panic';",
    `DO ${quoteLiteral(body)};`,
    "SELECT current_setting('holdfast.failures');",
  ].join('\n');
  return queryJson(server, database, sql, failuresSchema, signal === undefined ? {} : { signal });
}

function attemptBlock({ label, alternatives, required }: Attempt): string {
  const giveUp = required
    ? `RAISE EXCEPTION USING MESSAGE = ${quoteLiteral(`${label}: `)} || SQLERRM;`
    : `failures := failures || jsonb_build_object('label', ${quoteLiteral(label)}, 'words', SQLERRM);`;
  return alternatives.reduceRight(
    (otherwise, sql) => `BEGIN EXECUTE ${quoteLiteral(sql)}; EXCEPTION WHEN OTHERS THEN ${otherwise} END;`,
    giveUp,
  );
}
