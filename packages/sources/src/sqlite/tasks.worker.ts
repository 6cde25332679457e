import { rmSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { answerParent } from '../files/answer-parent.ts';
import { connect, connectForReading, nameForDriver } from './connect.ts';
import { exchangeDatabaseFiles } from './exchange.ts';
import { inspect } from './inspection.ts';
import type { CopyResult, DatabaseTask, TaskResults } from './tasks.ts';

/** One thread runs one task and ends. */
async function run(task: DatabaseTask): Promise<TaskResults[DatabaseTask['type']]> {
  switch (task.type) {
    case 'copy':
      return await copyDatabase(task.source, task.copy);
    case 'inspect':
      return withDatabase(connect(task.file, { readonly: true }), inspect);
    case 'set-journal-mode':
      return withDatabase(connect(task.file, { readonly: false }), (database) => {
        if (/^\w+$/.test(task.mode)) database.pragma(`journal_mode = ${task.mode}`);
        return null;
      });
    case 'overwrite':
      return await overwrite(task.from, task.target);
    case 'exchange':
      return exchangeDatabaseFiles(task);
    default:
      throw new Error(`unknown task ${JSON.stringify(task satisfies never)}`);
  }
}

/**
 * `VACUUM INTO` reads from one transaction, so the copy is consistent whatever is written meanwhile; in
 * write-ahead-log mode writers go on, in the other modes they wait for as long as the copy takes.
 */
async function copyDatabase(source: string, copy: string): Promise<CopyResult> {
  const database = connectForReading(source);
  let form: CopyResult['form'] = 'vacuum';
  let journalMode: string;
  try {
    journalMode = String(database.pragma('journal_mode', { simple: true }));
    try {
      database.prepare('VACUUM INTO ?').run(copy);
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_ERROR')) throw error;
      // It builds every index anew, which it cannot when the application brings its own sort order.
      rmSync(copy, { force: true });
      form = 'pages';
      await copyPages(database, copy);
    }
  } finally {
    database.close();
  }
  return { journalMode, form, inspection: withDatabase(connect(copy, { readonly: false }), inspect) };
}

async function copyPages(database: Database.Database, copy: string): Promise<void> {
  database.exec('BEGIN');
  // The transaction begins with the first read. Without it the copy would start over after each write.
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
  await database.backup(copy);
  database.exec('COMMIT');
}

async function overwrite(from: string, target: string): Promise<null> {
  // Waits for other writers with SQLite's own patience, so that the copy does not begin in vain.
  withDatabase(connect(target, { readonly: false }), (database) =>
    database.exec('BEGIN IMMEDIATE; ROLLBACK'),
  );
  const database = connect(from, { readonly: true });
  const named = nameForDriver(target);
  try {
    const deadline = stallDetector();
    await database.backup(named.name, { progress: ({ remainingPages }) => deadline(remainingPages) });
  } finally {
    named.dispose();
    database.close();
  }
  return null;
}

/** A copy that finds its target locked tries again for ever; this ends it when nothing moves. */
function stallDetector(limitMs = 30_000): (remaining: number) => number {
  let last = -1;
  let since = Date.now();
  return (remaining) => {
    if (remaining !== last) {
      last = remaining;
      since = Date.now();
    } else if (Date.now() - since > limitMs) {
      throw new Database.SqliteError('database is locked', 'SQLITE_BUSY');
    }
    return 1000;
  };
}

function withDatabase<T>(database: Database.Database, use: (database: Database.Database) => T): T {
  try {
    return use(database);
  } finally {
    database.close();
  }
}

await answerParent(() => run(workerData as DatabaseTask));
