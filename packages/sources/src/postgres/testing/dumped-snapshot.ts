import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type { Manifest } from '@holdfast/contracts';
import { runProcess } from '@holdfast/runtime';
import { z } from 'zod';
import type { PartReader, RestoreRequest } from '../../source.ts';
import type { PostgresContainer } from '../../testing/index.ts';
import type { ConnectedServer } from '../connected-server.ts';
import { readDatabaseProperties } from '../database-properties.ts';
import type { PostgresDetails } from '../details.ts';
import { databasePartPath, largeObjectCountKey, rowCountKey } from '../names.ts';
import { queryJson } from '../psql.ts';

/** A snapshot of a server in a folder: what the engine would hold, made by the same tools, without the engine. */
export interface DumpedSnapshot extends AsyncDisposable {
  readonly manifest: Manifest;
  readonly details: PostgresDetails;
  readonly parts: readonly PartReader[];
  request(changes?: Partial<RestoreRequest>): RestoreRequest;
}

const aboutDatabaseSchema = z.object({
  bytes: z.number(),
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  tables: z.array(z.object({ schema: z.string(), table: z.string() })),
  largeObjects: z.number(),
});

const aboutDatabaseSql = `SELECT json_build_object(
  'bytes', pg_database_size(current_database()),
  'extensions', (SELECT json_agg(json_build_object('name', extname, 'version', extversion, 'schema', nspname))
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace),
  'tables', (SELECT coalesce(json_agg(json_build_object('schema', nspname, 'table', relname)), '[]')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE relkind = 'r' AND nspname <> 'information_schema' AND nspname !~ '^pg_'),
  'largeObjects', (SELECT count(*) FROM pg_largeobject_metadata))`;

/** Dumps the databases of a server with the server's own programs, and counts their rows. */
export async function dumpServer(
  container: PostgresContainer,
  connected: ConnectedServer,
  databases: readonly string[],
): Promise<DumpedSnapshot> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-dumps-'));
  const { server } = connected;
  const counts: Record<string, number> = {};
  const described: PostgresDetails['databases'] = [];
  const parts: PartReader[] = [];
  for (const name of databases) {
    const about = await queryJson(server, name, aboutDatabaseSql, aboutDatabaseSchema);
    counts[largeObjectCountKey(name)] = about.largeObjects;
    for (const { schema, table } of about.tables) {
      const quoted = [schema, table].map((one) => `"${one.replaceAll('"', '""')}"`).join('.');
      const count = await container.sql(`SET role = none; SELECT count(*) FROM ONLY ${quoted}`, name);
      counts[rowCountKey({ database: name, schema, table })] = Number(count);
    }
    const part = databasePartPath(name);
    const file = path.join(folder, `${described.length}.dump`);
    await dumpTo(file, container, ['pg_dump', '--format=custom', '--compress=0'], name);
    parts.push(filePart(file, part, (await stat(file)).size));
    described.push({
      name,
      part,
      bytes: about.bytes,
      extensions: about.extensions,
      properties: await readDatabaseProperties(server, name),
    });
  }
  const globals = await container.exec({
    command: ['pg_dumpall', '--globals-only'],
    environment: { PGUSER: server.user, PGCLIENTENCODING: 'UTF8' },
  });
  const details: PostgresDetails = {
    serverVersion: connected.version,
    serverVersionText: connected.versionText,
    superuser: true,
    databases: described,
    skippedDatabases: [],
    roles: { attachment: 'globals.sql', passwords: true },
  };
  const manifest: Manifest = {
    format: 1,
    holdfast: 'test',
    snapshot: { id: 'test', time: new Date().toISOString(), operationId: 'test' },
    source: { id: 'test', name: container.name, kind: 'postgres', environment: 'test' },
    parts: parts.map(({ part }) => part),
    counts,
    versions: { pg_dump: connected.programsVersion },
    warnings: [],
    details,
  };
  return {
    manifest,
    details,
    parts,
    request: (changes) => ({
      manifest,
      attachments: new Map([['globals.sql', globals.stdout]]),
      parts,
      files: () => Promise.reject(new Error('a database has no files')),
      measure: () => Promise.reject(new Error('a database has no files')),
      mode: 'swap',
      ...changes,
    }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function dumpTo(
  file: string,
  container: PostgresContainer,
  command: [string, ...string[]],
  database: string,
): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  await using stream = handle.createWriteStream();
  const result = await container.exec({
    command,
    environment: { PGUSER: 'postgres', PGDATABASE: database, PGOPTIONS: '-c role=none' },
    output: { writable: stream },
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
}

/** Reads a part from a file as the engine reads it from a repository. */
export function filePart(file: string, part: string, bytes: number): PartReader {
  return {
    part: { path: part, resticId: 'none', bytes },
    stream() {
      const stream = createReadStream(file);
      return Promise.resolve({ stream, done: finished(stream, { writable: false }) });
    },
    async toDescriptor(descriptor) {
      const result = await runProcess({ program: 'cat', arguments: [file], stdout: { descriptor } });
      if (result.exitCode !== 0) throw new Error(result.stderrTail);
    },
  };
}
