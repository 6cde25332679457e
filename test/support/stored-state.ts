import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Holdfast } from './holdfast.ts';
import { localRepository, snapshotFiles } from './stock-restic.ts';

/** What a Holdfast has on its disk, asked of the files themselves: also while no Holdfast runs. */

interface StoredOperationRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly error: string | undefined;
}

const finalStates = ['succeeded', 'failed', 'cancelled', 'interrupted'];

export function storedOperations(holdfast: Holdfast): StoredOperationRow[] {
  return ask(holdfast, 'SELECT id, kind, state, error FROM operations').map((row) => ({
    id: String(row['id']),
    kind: String(row['kind']),
    state: String(row['state']),
    error: row['error'] === null ? undefined : String(row['error']),
  }));
}

export function unfinishedOperations(holdfast: Holdfast): StoredOperationRow[] {
  return storedOperations(holdfast).filter(({ state }) => !finalStates.includes(state));
}

/** What SQLite itself finds wrong with the database; `ok` when nothing is. */
export function integrity(holdfast: Holdfast): string {
  return ask(holdfast, 'PRAGMA integrity_check')
    .map((row) => String(row['integrity_check']))
    .join('\n');
}

/** The restic snapshots that the records of a source name, sorted. */
export function recordedResticIds(holdfast: Holdfast, source: string): string[] {
  const rows = ask(
    holdfast,
    `SELECT manifest_restic_id AS id FROM snapshots WHERE source_name = :source
     UNION SELECT restic_id AS id FROM snapshot_parts
       JOIN snapshots ON snapshots.id = snapshot_id WHERE source_name = :source`,
    { source },
  );
  return rows.map((row) => String(row['id'])).toSorted();
}

/** The restic snapshots that the repository of a source has on the local destination, sorted. */
export async function storedResticIds(holdfast: Holdfast, source: string): Promise<string[]> {
  return (await snapshotFiles(localRepository(holdfast, source))).toSorted();
}

/** The files of a data directory but those of its repositories, sorted. */
export async function ownFiles({ dataDirectory }: Holdfast): Promise<string[]> {
  const entries = await readdir(dataDirectory, { recursive: true, withFileTypes: true });
  return (
    entries
      // A socket of a server that was killed is still there, and cannot be read.
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(dataDirectory, path.join(entry.parentPath, entry.name)))
      .filter((file) => !file.startsWith(`destinations${path.sep}`))
      .toSorted()
  );
}

function ask({ dataDirectory }: Holdfast, query: string, values: Readonly<Record<string, string>> = {}) {
  const database = new DatabaseSync(path.join(dataDirectory, 'holdfast.db'), { readOnly: true });
  try {
    return database.prepare(query).all(values);
  } finally {
    database.close();
  }
}
