import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/runtime';
import { createActiveLeaseStore } from './active/active-lease.store.ts';
import { type ActiveLease, takeActiveLease } from './active/active-lease.ts';
import { type App, createApp } from './app.ts';
import type { Config } from './config.ts';
import { localToken, prepareDataDirectory } from './data-directory/data-directory.ts';
import { dataDirectoryFiles } from './data-directory/files.ts';
import { forgetPreviousMasterKey } from './data-directory/key-file.ts';
import { lockDataDirectory } from './data-directory/lock.ts';
import { type Database, openDatabase } from './database/database.ts';
import { createAuthentication } from './http/authentication.ts';
import type { HttpApp, Transport } from './http/http-app.ts';
import { createHttpServer } from './http/http-server.ts';
import { type KeyedConfig, withKeys } from './keyed-config.ts';
import type { Log } from './logs/log.ts';
import { tellOfOperations } from './logs/operation-lines.ts';
import { addDocumentRoutes } from './openapi/openapi.routes.ts';
import type { Ports } from './ports.ts';
import { addReadinessRoute, Readiness } from './readiness.ts';
import { type RequestReload, type Run, startReloadable } from './reload.ts';
import { addRoutes } from './routes.ts';
import { removeUnfinishedRestores } from './self-backups/sqlite-state.ts';
import { readSessionCookie } from './sessions/session-cookie.ts';
import { addWebAppRoutes } from './web-app/web-app.routes.ts';

/** `serve`: TCP port, scheduler, stays. `embedded`: only the Unix socket, for the life of one command. */
export type ServerMode = 'serve' | 'embedded';

export interface ServerHandle {
  readonly socketPath: string;
  /** The credential of clients on this host. */
  readonly token: string;
  /** Where it listens on TCP; absent when embedded. */
  readonly url?: string;
  /** Settles when the right to work with a shared database is lost: what ran was ended, and this is to be closed. */
  readonly lost: Promise<HoldfastError>;
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
  prepareDataDirectory(config.dataDirectory);
  // Held over reloads: nobody else may come between the end of one run and the start of the next.
  const lock = lockDataDirectory(dataDirectoryFiles(config.dataDirectory).lock);
  try {
    await removeUnfinishedRestores(config.dataDirectory);
    const settled = withKeys(config);
    const { promise: lost, resolve: lose } = Promise.withResolvers<HoldfastError>();
    let run: Awaited<ReturnType<typeof start>> | undefined;
    const { first, close } = await startReloadable(
      async (reload, port) => {
        // The master key may have been changed since the process began.
        const { masterKey } = run ?? settled;
        const { lost: runLost, ...next } = await start(
          mode,
          { ...settled, masterKey, port: port ?? config.port },
          { ...ports, reload },
          options,
        );
        void runLost?.then(lose);
        run = next;
        return next;
      },
      (message, error) => ports.log('error', message, error),
    );
    const { socketPath, token, url } = first;
    return { socketPath, token, url, lost, close: () => close().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface RunHandle extends Omit<ServerHandle, 'lost' | 'close'>, Run {
  readonly lost?: Promise<HoldfastError>;
  /** What opens the vault at present. */
  readonly masterKey: Buffer;
}

/** One run on a data directory that is locked. */
async function start(
  mode: ServerMode,
  config: KeyedConfig,
  ports: Ports & { readonly reload: RequestReload },
  options: { stopGraceMs?: number },
): Promise<RunHandle> {
  const files = dataDirectoryFiles(config.dataDirectory);
  let ending = mode;
  // What was opened, in order; undone in the opposite order, however far the start came.
  const undo: (() => unknown)[] = [];
  let readiness: Readiness | undefined;
  const close = async (reloading = false) => {
    readiness?.stopping();
    if (reloading) ending = 'serve';
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
      try {
        await step();
      } catch (error) {
        ports.log('error', 'Something could not be closed cleanly.', error);
      }
    }
  };
  try {
    const token = localToken(config.dataDirectory);
    let lease: ActiveLease | undefined;
    const database = await openDatabase(config.database, async (found) => {
      lease = await leaseOf(found, { mode, config, ports, token });
    });
    undo.push(() => database.destroy());
    readiness = new Readiness(database, ports.clock);
    undo.push(() => lease?.giveBack());
    const app = await createApp(config, database, ports);
    undo.push(() => app.access.audit.flush());
    // After the runner, so that the alerts of what ended last are written down.
    undo.push(() => app.operationAlerts.stop());
    if (mode === 'serve') undo.push(tellOfOperations(app, ports.log));
    // Everything in the vault is closed with the present one by now.
    forgetPreviousMasterKey(config.dataDirectory);
    // The lock and the lease say that every earlier process is dead. What they had stopped runs again before anything
    // else, and what they left is ended before anything new comes in.
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
    const lost = lease?.lost.then((reason) => {
      app.runner.abandon(reason);
      return reason;
    });
    app.runner.start();
    const grace = options.stopGraceMs ?? stopGraceMs;
    undo.push(() => app.runner.stop(grace));
    undo.push(() => finishOperations(ending, app, grace));

    const ready = readiness;
    const makeHttp = (transport: Transport) =>
      httpFor(transport, {
        app,
        config,
        ports,
        database,
        token,
        readiness: ready,
        ...(mode === 'serve' ? { log: ports.log } : {}),
      });
    // A socket file of a dead process; a live one would hold the lock.
    await rm(files.socket, { force: true });
    const local = makeHttp('socket');
    undo.push(() => local.close());
    await local.listen({ path: files.socket });
    const url = mode === 'serve' ? await listen(makeHttp('tcp'), config, undo) : undefined;
    // Once before the sockets close, so that followers see the end, and once after, for what came in last.
    undo.push(() => finishOperations(ending, app, grace));
    if (mode === 'serve') undo.push(await startServing(app, ports));
    readiness.started();
    return {
      socketPath: files.socket,
      token,
      url,
      lost,
      close,
      get masterKey() {
        return app.vault.masterKey;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A file belongs to whoever holds the data directory; a database on a server may have several that want it. */
async function leaseOf(
  database: Database,
  { mode, config, ports, token }: { mode: ServerMode; config: Config; ports: Ports; token: string },
): Promise<ActiveLease | undefined> {
  if (config.database.kind === 'sqlite') return undefined;
  const parts = {
    store: createActiveLeaseStore(database),
    clock: ports.clock,
    // A data directory that was copied to another host is another place.
    place: createHash('sha256').update(`${hostname()}\0${token}`).digest('hex').slice(0, 16),
    timings: ports.leaseTimings,
  };
  const wait = () =>
    ports.log('info', 'Another Holdfast is active on this database; this one waits to take over.');
  const lease = await takeActiveLease(parts, mode === 'embedded' ? undefined : wait);
  const { removeUnfinishedSchemas } = await import('./self-backups/postgres-state.ts');
  await removeUnfinishedSchemas(database);
  return lease;
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
async function startServing(app: App, ports: Ports): Promise<() => Promise<void>> {
  const tell = (error: unknown) =>
    ports.log(
      'warn',
      'What a dead operation left could not be removed; it is tried again at the next use.',
      error,
    );
  const stopTelling = app.alerts.onRaised(({ code, message, hint }) =>
    ports.log('error', `Alert ${code}: ${message} ${hint}`),
  );
  const stopTellingGood = app.alerts.onResolved(({ code, subject }) =>
    ports.log('info', `Alert ${code} about ${subject.name} is resolved.`),
  );
  await offerSetUp(app, ports);
  await app.reaper.repeat();
  app.reaper.cleanUp().catch(tell);
  const watch = async () => {
    await startAgain(app, ports);
    await app.reaper.watchAndRepeat().catch(tell);
  };
  const watching = setInterval(() => void watch(), watchMs);
  for (const work of app.background) await work.start();
  return async () => {
    stopTelling();
    stopTellingGood();
    clearInterval(watching);
    for (const work of app.background) await work.stop();
  };
}

/** While nobody belongs to the team, who sees what the server tells can make themselves its owner. */
async function offerSetUp({ access }: App, { log }: Ports): Promise<void> {
  const code = await access.setUp.renew();
  if (code !== undefined) log('info', `Nobody can sign in yet. The code to set Holdfast up with: ${code}`);
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
  readonly log?: Log;
}

function httpFor(
  transport: Transport,
  { app, config, ports, database, token, readiness, log }: HttpParts,
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
    authenticate: createAuthentication({
      hostToken: token,
      byToken: (secret) => app.access.tokens.authenticate(secret),
      sessionOf: readSessionCookie,
      bySession: (secret) => app.access.sessions.authenticate(secret),
    }),
    onChange: (change) => app.access.audit.record(change),
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    addRoutes: (http) => {
      addReadinessRoute(http, readiness);
      addRoutes(http, app, doctor);
      addDocumentRoutes(http, ports.version);
      if (transport === 'tcp' && ports.webApp !== undefined) addWebAppRoutes(http, ports.webApp);
    },
    onInternalError: (error) => ports.log('error', 'A request failed unexpectedly.', error),
    ...(log === undefined ? {} : { log }),
  });
}

async function newestRecord(database: Database): Promise<Date | undefined> {
  const row = await database
    .selectFrom('operations')
    .select((e) => e.fn.max('created_at').as('newest'))
    .executeTakeFirst();
  return row?.newest === undefined || row.newest === null ? undefined : new Date(row.newest);
}
