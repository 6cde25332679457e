import type { StoredSnapshot } from '../../testing/folder-store.ts';
import type { PostgresContainer } from '../../testing/postgres-container.ts';

/** Loads one part of a stored snapshot into a new database with the plain tool, as a person without Holdfast would. */
export async function loadDump(
  server: PostgresContainer,
  snapshot: StoredSnapshot,
  partPath: string,
  database: string,
): Promise<void> {
  const reader = snapshot.request('swap').parts.find(({ part }) => part.path === partPath);
  if (reader === undefined) throw new Error(`the snapshot has no part ${partPath}`);
  await server.sql(`CREATE DATABASE "${database}" TEMPLATE template0`);
  const { stream, done } = await reader.stream();
  const result = await server.exec({
    command: ['pg_restore', '--exit-on-error', '--no-owner', '-U', 'postgres', '-d', database],
    input: { readable: stream },
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  await done;
}
