import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LiveSource, SourceHarness } from '../../testing/source-harness.ts';
import { connect } from '../connect.ts';
import type { SqliteLocator } from '../locator.ts';
import { sqliteSource } from '../sqlite-source.ts';
import { memoryFolderOf } from '../work-folder.ts';

export interface SqliteHarnessOptions {
  readonly journalMode: 'wal' | 'delete';
  readonly fileName: string;
}

/** A database with every kind of table that needs care, in a folder of its own. */
export function sqliteHarness({ journalMode, fileName }: SqliteHarnessOptions): SourceHarness<SqliteLocator> {
  return {
    kind: sqliteSource,
    async create(): Promise<LiveSource<SqliteLocator>> {
      const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-suite-sqlite-'));
      const file = path.join(folder, fileName);
      const newName = path.join(folder, `restored ${fileName}`);
      await writeFile(file, '', { mode: 0o640 });
      execute(file, `PRAGMA journal_mode = ${journalMode}; ${schema}`);
      return {
        locator: { path: file },
        read: () => readDatabase(file),
        mutate: async () =>
          execute(
            file,
            "DELETE FROM notes WHERE id < 5; UPDATE account SET balance = 0; INSERT INTO search VALUES ('x')",
          ),
        lose: async () => {
          for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
        },
        breakCapture: () => writeFile(file, 'not a database, but long enough to look at'.repeat(100)),
        startWriter: () => startWriter(file),
        assertConsistent(content) {
          const { total } = content as DatabaseContent;
          if (total !== 1000)
            throw new Error(`the balances add up to ${total}, not 1000: half a transaction`);
        },
        beside: { newName, read: () => readDatabase(newName) },
        leftovers: async (operationIds) => [
          ...(await readdir(folder)).filter((name) => name.includes('holdfast')),
          ...operationIds.map(memoryFolderOf).filter((memory) => existsSync(memory)),
        ],
        dispose: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}

const schema = `
  PRAGMA user_version = 7; PRAGMA application_id = 4242;
  CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT, blob BLOB);
  INSERT INTO notes (body, blob) SELECT 'note ' || value || ' – ünïcödé', randomblob(300) FROM generate_series(1, 300);
  CREATE TABLE "odd "" name; DROP TABLE notes; --" ("sel""ect" TEXT, n INT);
  INSERT INTO "odd "" name; DROP TABLE notes; --" VALUES ('a', 1), (NULL, 2);
  CREATE TABLE __proto__ (a); INSERT INTO __proto__ VALUES (1);
  CREATE TABLE pair (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
  INSERT INTO pair VALUES ('x', 'y');
  CREATE TABLE by_rowid (a TEXT); INSERT INTO by_rowid SELECT 'r' || value FROM generate_series(1, 50);
  DELETE FROM by_rowid WHERE rowid % 3 = 0;
  CREATE TABLE indexed_rowid (a TEXT); CREATE INDEX ix ON indexed_rowid (a);
  INSERT INTO indexed_rowid SELECT 'r' || value FROM generate_series(1, 50);
  DELETE FROM indexed_rowid WHERE rowid % 3 = 0;
  CREATE TABLE account (id INTEGER PRIMARY KEY, balance INT); INSERT INTO account VALUES (1, 500), (2, 500);
  CREATE VIRTUAL TABLE search USING fts5 (body); INSERT INTO search VALUES ('find me'), ('and me');
  CREATE VIEW v AS SELECT count(*) AS n FROM notes;
  CREATE TRIGGER t AFTER DELETE ON pair BEGIN SELECT 1; END;
`.replaceAll(
  /FROM generate_series\((\d+), (\d+)\)/g,
  'FROM (WITH RECURSIVE s (value) AS (VALUES ($1) UNION ALL SELECT value + 1 FROM s WHERE value < $2) SELECT value FROM s)',
);

interface DatabaseContent {
  readonly total: number;
  readonly [name: string]: unknown;
}

async function readDatabase(file: string): Promise<DatabaseContent> {
  const { mode, uid, gid } = await stat(file);
  const database = connect(file, { readonly: true });
  try {
    const all = (sql: string) => database.prepare(sql).raw().all();
    const tables = all(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name <> 'sqlite_schema' ORDER BY name",
    )
      .flat()
      .map(String);
    const rowidless = new Set(['pair']);
    const content = tables.map((name): [string, unknown] => [
      name,
      digestOf(all(`SELECT ${rowidless.has(name) ? '*' : 'rowid, *'} FROM "${name.replaceAll('"', '""')}"`)),
    ]);
    return {
      total: Number(all('SELECT sum(balance) FROM account').flat()[0]),
      tables: content,
      schema: all('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name'),
      found: all("SELECT body FROM search WHERE search MATCH 'me'"),
      pragmas: ['user_version', 'application_id', 'journal_mode', 'page_size', 'encoding', 'auto_vacuum'].map(
        (name) => database.pragma(name, { simple: true }),
      ),
      file: { mode, uid, gid },
    };
  } finally {
    database.close();
  }
}

/** Rows are compared by a digest: a difference among thousands of bytes says nothing to a reader. */
function digestOf(rows: unknown[]): string {
  return `${rows.length} rows ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
}

function execute(file: string, sql: string): void {
  const database = connect(file, { readonly: false });
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Moves money between two accounts, in its own thread and connection, waiting for locks like a real client. */
async function startWriter(file: string): Promise<{ stop(): Promise<void> }> {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const Database = require(workerData.driver);
    const fs = require('node:fs');
    const link = workerData.link;
    fs.symlinkSync(workerData.file, link);
    const database = new Database(link, { timeout: 5000 });
    const [down, up] = [1, 2].map((id) => database.prepare('UPDATE account SET balance = balance + ? WHERE id = ' + id));
    const add = database.prepare('INSERT INTO notes (body) VALUES (?)');
    const move = database.transaction(() => { down.run(-1); add.run('moved'); up.run(1); });
    let stopped = false;
    parentPort.once('message', () => { stopped = true; });
    const turn = () => {
      if (stopped) { database.close(); fs.rmSync(link); parentPort.close(); return; }
      move();
      parentPort.postMessage('wrote');
      setImmediate(turn);
    };
    turn();
  `;
  const link = path.join(await mkdtemp(path.join(tmpdir(), 'suite-writer-')), 'link');
  const worker = new Worker(program, {
    eval: true,
    workerData: { file, link, driver: import.meta.resolve('better-sqlite3').replace('file://', '') },
  });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('exit', () => resolve());
    worker.once('error', reject);
  });
  await Promise.race([new Promise((resolve) => worker.once('message', resolve)), ended]);
  return {
    async stop() {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage('stop');
      await ended;
      await rm(path.dirname(link), { recursive: true });
    },
  };
}
