import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandResult, DockerHost } from '@holdfast/docker';
import { createAnonymousPipe, HoldfastError } from '@holdfast/runtime';
import { whyContainerStopped } from '../container/why-stopped.ts';
import { runEndingWithClient } from '../end-with-client.ts';
import type { Sink } from '../source.ts';
import { clientEnvironment, connectionOptions, lastWords, type MysqlServer, mysqlError } from './client.ts';
import type { ConnectedServer } from './connect.ts';
import { DumpStream } from './dump-stream.ts';

/** The header and trailer of a dump of an empty schema are longer. */
export const dumpMinimumBytes = 500;

/**
 * What makes a dump whole, alike each time, and readable by every version. Triggers, events and views are not among it:
 * loaded beside what is there, events would begin to run, a trigger whose text names its schema would be made in that one,
 * and a view of another schema cannot be made before that one is there.
 */
const dumpOptions = [
  '--single-transaction',
  '--quick',
  '--routines',
  '--skip-triggers',
  '--skip-events',
  '--hex-blob',
  '--no-tablespaces',
  '--skip-dump-date',
  '--skip-lock-tables',
  '--skip-add-locks',
];
/** Without names of tables, the program would take everything. */
const dumpOptionsWithoutTables = ['--no-create-info', '--no-data'];
/** MySQL's program would write positions of the log, and ask for statistics that other servers do not have. */
const dumpOptionsOfMysql = ['--set-gtid-purged=OFF', '--loose-column-statistics=0'];

/**
 * Writes the dump of one schema to the sink, as a transaction of its own sees it. It passes through this process, which
 * looks at its end: a program that was not what it seemed may well exit with 0.
 *
 * @param tables base tables and sequences
 * @param onBegun told when the dump's transaction has begun
 * @throws HoldfastError `dump-failed` with the program's words, `dump-malformed`, `container-lost`
 */
export async function dumpSchema(
  { server, container }: Pick<ConnectedServer, 'server' | 'container'>,
  docker: DockerHost,
  { schema, tables }: { readonly schema: string; readonly tables: readonly string[] },
  sink: Pick<Sink, 'writable' | 'signal'>,
  onBegun: () => void,
): Promise<void> {
  const dump = new DumpStream();
  void dump.begun.then(onBegun);
  const result = await runInto(server, { schema, tables }, dump, sink);
  if (result.exitCode === 0 && dump.complete) return;
  const gone = await whyContainerStopped(docker, container.id);
  if (gone !== undefined) {
    throw new HoldfastError('container-lost', `${gone} The dump of "${schema}" was not complete.`);
  }
  if (result.exitCode === 0) {
    throw new HoldfastError(
      'dump-malformed',
      `The dump of "${schema}" does not begin as a dump and end with the words "-- Dump completed", though its program exited with 0.`,
    );
  }
  const rejected = mysqlError(result.stderr);
  if (rejected.code === 'credentials-rejected') throw rejected;
  throw new HoldfastError(
    'dump-failed',
    `The dump of "${schema}" ended with status ${result.exitCode} and said: ${lastWords(result.stderr) || 'nothing'}`,
  );
}

async function runInto(
  server: MysqlServer,
  { schema, tables }: { readonly schema: string; readonly tables: readonly string[] },
  dump: DumpStream,
  sink: Pick<Sink, 'writable' | 'signal'>,
): Promise<CommandResult> {
  const stop = new AbortController();
  const signal = AbortSignal.any([sink.signal, stop.signal]);
  const passing = pipeline(dump, sink.writable(), { signal: sink.signal });
  passing.catch((error: unknown) => stop.abort(error));
  const command = {
    command: [
      server.programs.dump,
      ...connectionOptions(server),
      ...dumpOptions,
      ...(server.programs.family === 'mysql' ? dumpOptionsOfMysql : []),
      ...(tables.length === 0 ? dumpOptionsWithoutTables : []),
      '--',
      schema,
      ...tables,
    ] as [string, ...string[]],
    environment: clientEnvironment(server),
    signal,
  };
  try {
    // A helper container gives its output to a descriptor only.
    const result =
      server.runner.dataPath === 'helper'
        ? await runThroughPipe(dump, (descriptor) =>
            runEndingWithClient(server.runner, { ...command, output: { descriptor } }),
          )
        : await runEndingWithClient(server.runner, { ...command, output: { writable: dump } });
    await passing;
    return result;
  } catch (error) {
    dump.destroy();
    await passing.catch(() => {});
    throw error;
  }
}

async function runThroughPipe(
  target: Writable,
  run: (descriptor: number) => Promise<CommandResult>,
): Promise<CommandResult> {
  const pipe = await createAnonymousPipe();
  const writeEnd = pipe.openWriteEnd();
  const source = new Socket({ fd: pipe.openReadEnd(), readable: true, writable: false });
  pipe.close();
  const moving = pipeline(source, target);
  moving.catch(() => {});
  try {
    const result = await run(writeEnd).finally(() => closeSync(writeEnd));
    await moving;
    return result;
  } finally {
    source.destroy();
  }
}
