import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/runtime';
import { type App, createApp } from './app.ts';
import type { Config } from './config.ts';
import { generateMasterKey, localToken, prepareDataDirectory } from './data-directory/data-directory.ts';
import { dataDirectoryFiles } from './data-directory/files.ts';
import { lockDataDirectory } from './data-directory/lock.ts';
import { type Database, openDatabase } from './database/database.ts';
import { authenticateHost } from './http/authentication.ts';
import type { HttpApp, Transport } from './http/http-app.ts';
import { createHttpServer } from './http/http-server.ts';
import { addDocumentRoutes } from './openapi/openapi.routes.ts';
import { createScheduler } from './plans/default-plan.ts';
import { createSchedulesStore } from './plans/schedules.store.ts';
import type { Ports } from './ports.ts';
import { addReadinessRoute, Readiness } from './readiness.ts';
import { addRoutes } from './routes.ts';

/** `serve`: TCP port, scheduler, stays. `embedded`: only the Unix socket, for the life of one command. */
export type ServerMode = 'serve' | 'embedded';

export interface ServerHandle {
  readonly socketPath: string;
  /** The credential of clients on this host. */
  readonly token: string;
  /** Where it listens on TCP; absent when embedded. */
  readonly url?: string;
  /** Embedded: waits until nothing runs. Serve: gives what runs a grace period. Then releases everything. */
  close(): Promise<void>;
}

/** How long running operations may go on after a serving Holdfast was told to stop. */
const stopGraceMs = 20_000;
const drainPollMs = 50;
/** How often operations of other processes are looked at; several times within a lease. */
const watchMs = 10_000;

/**
 * Takes the data directory and listens.
 * @throws HoldfastError `data-directory-in-use`: become a client of the other one, on the same socket
 */
export async function createServer(
  mode: ServerMode,
  config: Config,
  ports: Ports,
  options: { stopGraceMs?: number } = {},
): Promise<ServerHandle> {
  const files = dataDirectoryFiles(config.dataDirectory);
  // What was opened, in order; undone in the opposite order, however far the start came.
  const undo: (() => unknown)[] = [];
  let readiness: Readiness | undefined;
  const close = async () => {
    readiness?.stopping();
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
      try {
        await step();
      } catch (error) {
        ports.log('error', 'Something could not be closed cleanly.', error);
      }
    }
  };
  try {
    prepareDataDirectory(config.dataDirectory);
    const lock = lockDataDirectory(files.lock);
    undo.push(() => lock.release());
    const database = await openDatabase(files.database);
    undo.push(() => database.destroy());
    readiness = new Readiness(database, ports.clock);
    const masterKey = config.masterKey ?? generateMasterKey(config.dataDirectory);
    const token = localToken(config.dataDirectory);
    const app = await createApp(config, masterKey, database, ports);
    // The lock says that every earlier process is dead. What they had stopped runs again before anything else, and what
    // they left is ended before anything new comes in.
    await startAgain(app, ports);
    const dead = await app.reaper.reapAllOthers();
    if (mode === 'embedded') await app.reaper.repeat('urgent');
    if (mode === 'serve' || dead.some(({ kind }) => kind === 'drill')) {
      // Beside everything else: an engine that does not answer must not hold up the start.
      const purging = app.drills
        .purge()
        .catch((error: unknown) => ports.log('warn', 'What a dead drill left could not be removed.', error));
      const ending = app.worker
        .purge()
        .catch((error: unknown) =>
          ports.log('warn', 'Helper containers that a dead process left could not be removed.', error),
        );
      undo.push(() => Promise.all([purging, ending]));
    }
    app.runner.start();
    const grace = options.stopGraceMs ?? stopGraceMs;
    undo.push(() => app.runner.stop(grace));
    undo.push(() => finishOperations(mode, app, grace));

    const ready = readiness;
    const makeHttp = (transport: Transport) =>
      httpFor(transport, { app, config, ports, database, token, readiness: ready });
    // A socket file of a dead process; a live one would hold the lock.
    await rm(files.socket, { force: true });
    const local = makeHttp('socket');
    undo.push(() => local.close());
    await local.listen({ path: files.socket });
    const url = mode === 'serve' ? await listen(makeHttp('tcp'), config, undo) : undefined;
    // Once before the sockets close, so that followers see the end, and once after, for what came in last.
    undo.push(() => finishOperations(mode, app, grace));
    if (mode === 'serve') undo.push(await startServing(app, { config, ports, database }));
    readiness.started();
    return { socketPath: files.socket, token, url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(http: HttpApp, { host, port }: Config, undo: (() => unknown)[]): Promise<string> {
  undo.push(() => http.close());
  try {
    return await http.listen({ host, port });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HoldfastError('setting-invalid', `Cannot listen on ${host}, port ${port}: ${why}.`, {
      hint: 'Choose another with --host and --port, or HOLDFAST_HOST and HOLDFAST_PORT.',
      cause: error,
    });
  }
}

async function startAgain({ services, restores }: App, { log }: Ports): Promise<void> {
  try {
    const failures = await services.recover((operationId) => restores.takeBack(operationId));
    for (const failure of failures) log('error', failure);
  } catch (error) {
    log('error', 'It is not known whether something has to be started again.', error);
  }
}

/**
 * What only a server does: a single command must not begin somebody's old backups, nor wait for old repositories.
 * @returns how to stop it
 */
async function startServing(
  app: App,
  { config, ports, database }: Pick<HttpParts, 'config' | 'ports' | 'database'>,
): Promise<() => Promise<void>> {
  const tell = (error: unknown) =>
    ports.log(
      'warn',
      'What a dead operation left could not be removed; it is tried again at the next use.',
      error,
    );
  const stopTelling = app.alerts.onRaised(({ code, message, hint }) =>
    ports.log('error', `Alert ${code}: ${message} ${hint}`),
  );
  await app.reaper.repeat();
  app.reaper.cleanUp().catch(tell);
  const watch = async () => {
    await startAgain(app, ports);
    await app.reaper.watchAndRepeat().catch(tell);
  };
  const watching = setInterval(() => void watch(), watchMs);
  const scheduler = createScheduler(app, config, {
    store: createSchedulesStore(database),
    clock: ports.clock,
    onError: (error) => ports.log('error', 'A scheduled pass could not be started.', error),
  });
  const background = [scheduler, ...app.background];
  for (const work of background) await work.start();
  return async () => {
    stopTelling();
    clearInterval(watching);
    for (const work of background) await work.stop();
  };
}

async function finishOperations(mode: ServerMode, app: App, graceMs: number): Promise<void> {
  if (mode === 'serve') return app.runner.stop(graceMs);
  while (await app.operations.hasUnfinished()) await delay(drainPollMs);
}

interface HttpParts {
  readonly app: App;
  readonly config: Config;
  readonly ports: Ports;
  readonly database: Database;
  readonly token: string;
  readonly readiness: Readiness;
}

function httpFor(
  transport: Transport,
  { app, config, ports, database, token, readiness }: HttpParts,
): HttpApp {
  const doctor = {
    ...app,
    docker: ports.docker,
    clock: ports.clock,
    describeEngine: ports.describeEngine ?? (() => ports.engine.version()),
    dataDirectory: config.dataDirectory,
    newestRecord: () => newestRecord(database),
  };
  return createHttpServer({
    transport,
    authenticate: authenticateHost(token),
    addRoutes: (http) => {
      addReadinessRoute(http, readiness);
      addRoutes(http, app, doctor);
      addDocumentRoutes(http, ports.version);
    },
    onInternalError: (error) => ports.log('error', 'A request failed unexpectedly.', error),
  });
}

async function newestRecord(database: Database): Promise<Date | undefined> {
  const row = await database
    .selectFrom('operations')
    .select((e) => e.fn.max('created_at').as('newest'))
    .executeTakeFirst();
  return row?.newest === undefined || row.newest === null ? undefined : new Date(row.newest);
}
