import { execute, type PostgresServer } from './psql.ts';
import { quoteLiteral } from './quoting.ts';

const timeoutMs = 30_000;

/** Ends every other session that has the application name of this one: those that its operation left behind. */
export async function endSessions(server: PostgresServer): Promise<void> {
  await execute(
    server,
    server.maintenanceDatabase,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = ${quoteLiteral(server.applicationName)} AND pid <> pg_backend_pid()`,
    { timeoutMs },
  );
}
