import { asHoldfastError } from '@holdfast/runtime';
import type { CaptureContext, Exchange, RestoreReport, RestoreRequest } from '../source.ts';
import type { ConnectedServer } from './connected-server.ts';
import { applyDatabaseProperties, applyDatabaseSettings, createDatabase } from './database-properties.ts';
import { dropDatabase, dropTemporaryDatabases } from './drop.ts';
import { loadDatabase } from './load.ts';
import { preflight } from './preflight.ts';
import { execute } from './psql.ts';
import { afterDrop, orCancelled, step } from './restore-errors.ts';
import { type DatabasePlan, planRestore, type RestorePlan } from './restore-plan.ts';
import { removeRoles, restoreRoles } from './roles.ts';
import { renameDatabases } from './swap.ts';
import { maintenanceDatabaseBeside, readTarget, type Target } from './target.ts';
import { verifyDatabase } from './verify.ts';
import { verifyHashes } from './verify-hashes.ts';

type RestoreContext = Pick<CaptureContext, 'operationId' | 'willExchange' | 'reporter' | 'signal'>;

/** What the steps of one restore share. */
interface Restore {
  readonly connected: ConnectedServer;
  readonly request: RestoreRequest;
  readonly context: RestoreContext;
  readonly target: Target;
  readonly plan: RestorePlan;
  /** Orders are given from here: it is none of those that are made, renamed or dropped. */
  readonly maintenanceDatabase: string;
  readonly warnings: string[];
  readonly rolesCreated: string[];
  /** Whether old data is gone already, as mode `in-place` wants it. */
  oldDataDropped: boolean;
}

/** What was found equal to the manifest, by its keys. */
interface Verified {
  readonly counts: Record<string, number>;
  readonly hashes: Record<string, string>;
}

/**
 * Restores a snapshot of a server: loads each database beside what is there, verifies and analyses it, and puts all of
 * them in place by one transaction of renames. On any failure before that, and when cancelled, what was loaded is
 * removed and what was there serves on (in mode `in-place` it was dropped before the load, and the error says so).
 *
 * @throws HoldfastError `restore-target-older`, `restore-target-incomplete`, `restore-target-busy`, `restore-space`,
 *   `restore-target-exists`, `not-found`, `restore-failed`, `restore-verification-failed`, `cancelled`
 */
export async function restoreServer(
  connected: ConnectedServer,
  request: RestoreRequest,
  context: RestoreContext,
): Promise<RestoreReport> {
  const restore = await prepare(connected, request, context).catch((error: unknown) => {
    throw orCancelled(error, context.signal);
  });
  try {
    await createDatabases(restore);
    await dropOldDatabases(restore);
    const verified: Verified = { counts: {}, hashes: {} };
    for (const database of restore.plan.databases) {
      const { counts, hashes } = await fill(restore, database);
      Object.assign(verified.counts, counts);
      Object.assign(verified.hashes, hashes);
    }
    await putInPlace(restore);
    return report(restore, verified);
  } catch (error) {
    await undo(restore);
    const reason = orCancelled(error, context.signal);
    throw restore.oldDataDropped ? afterDrop(reason) : reason;
  }
}

/** Removes what a dead restore of this operation left on the server. Safe to repeat. */
export async function cleanUpRestore(connected: ConnectedServer, operationId: string): Promise<string[]> {
  const target = await readTarget(connected.server);
  const maintenanceDatabase = maintenanceDatabaseBeside(target, new Set());
  return dropTemporaryDatabases(connected.server, maintenanceDatabase, operationId);
}

async function prepare(
  connected: ConnectedServer,
  request: RestoreRequest,
  context: RestoreContext,
): Promise<Restore> {
  const { signal, reporter } = context;
  reporter.step('checking the target');
  const target = await step('reading the target server', () => readTarget(connected.server, { signal }));
  const plan = planRestore(request, context.operationId, target, new Date());
  const warnings = await step('checking the target server', () =>
    preflight(connected, plan, target, request, signal),
  );
  const involved = new Set(plan.databases.map(({ final }) => final));
  return {
    connected,
    request,
    context,
    target,
    plan,
    maintenanceDatabase: maintenanceDatabaseBeside(target, involved),
    warnings,
    rolesCreated: [],
    oldDataDropped: false,
  };
}

/** All of them, empty, before anything else: what the server cannot provide (a locale, say) shows here. */
async function createDatabases(restore: Restore): Promise<void> {
  const { connected, context, maintenanceDatabase, plan, request, target } = restore;
  const { server, version } = connected;
  const { signal } = context;
  const globals = request.attachments.get(plan.details.roles.attachment);
  if (globals === undefined) {
    restore.warnings.push('The snapshot holds no roles: those that the data names have to exist.');
  } else {
    context.reporter.step('restoring roles');
    const roles = await step('restoring the roles', () =>
      restoreRoles(server, maintenanceDatabase, Buffer.from(globals).toString('utf8'), signal),
    );
    restore.rolesCreated.push(...roles.created);
    restore.warnings.push(...roles.warnings);
    if (roles.created.length > 0 && !plan.details.roles.passwords) {
      restore.warnings.push(`These roles were created without a password: ${roles.created.join(', ')}.`);
    }
  }
  for (const { name, temporary, properties } of plan.databases) {
    const fresh = { name: temporary, properties, serverVersion: version, tablespaces: target.tablespaces };
    await step(`creating database "${name}"`, () =>
      createDatabase(server, maintenanceDatabase, fresh, { signal, timeoutMs: 10 * 60_000 }),
    );
  }
}

async function dropOldDatabases(restore: Restore): Promise<void> {
  const { connected, maintenanceDatabase, plan, context } = restore;
  for (const name of plan.dropped) {
    context.signal.throwIfAborted();
    context.reporter.log('info', `Dropping database "${name}", as asked.`);
    await step(`dropping database "${name}"`, () =>
      dropDatabase(connected.server, maintenanceDatabase, name),
    );
    restore.oldDataDropped = true;
  }
}

/** Loads one database, and makes sure that it holds what was counted. */
async function fill(restore: Restore, database: DatabasePlan): Promise<Verified> {
  const { connected, context, maintenanceDatabase, warnings } = restore;
  const { server } = connected;
  const { reporter, signal } = context;
  const { name, properties, temporary } = database;
  warnings.push(
    ...(await step(`setting up database "${name}"`, () =>
      applyDatabaseSettings(server, maintenanceDatabase, temporary, properties, signal),
    )),
  );
  reporter.step(`loading ${name}`);
  await step(`loading database "${name}"`, () => loadDatabase(server, temporary, database.reader, context));
  reporter.step(`verifying ${name}`);
  const [verified] = await Promise.all([
    step(`verifying database "${name}"`, () => verify(restore, { name, loadedAs: temporary })),
    execute(server, temporary, 'ANALYZE;', { signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      const words = asHoldfastError(error).message;
      warnings.push(`Statistics of database "${name}" could not be gathered; autovacuum will: ${words}`);
    }),
  ]);
  warnings.push(
    ...(await step(`setting up database "${name}"`, () =>
      applyDatabaseProperties(server, maintenanceDatabase, temporary, properties, signal),
    )),
  );
  return verified;
}

async function verify(
  { connected: { server, version }, context, plan, request: { manifest }, warnings }: Restore,
  database: { readonly name: string; readonly loadedAs: string },
): Promise<Verified> {
  const { signal } = context;
  const counts = await verifyDatabase(server, { ...database, counts: manifest.counts }, signal);
  const expected = { ...database, hashes: manifest.hashes ?? {}, capturedOn: plan.details.serverVersion };
  const verified = await verifyHashes(server, { ...expected, serverVersion: version }, signal);
  warnings.push(...verified.warnings);
  return { counts, hashes: verified.hashes };
}

function exchangeOf({ databases }: RestorePlan): Exchange {
  return {
    restored: databases.map(({ final }) => final),
    previous: databases.flatMap(({ previous }) => previous ?? []),
  };
}

async function putInPlace({ connected, context, maintenanceDatabase, plan }: Restore): Promise<void> {
  context.signal.throwIfAborted();
  context.reporter.step('putting the restored data in place');
  const renames = plan.databases.flatMap(({ final, previous, temporary }) => [
    ...(previous === undefined ? [] : [{ from: final, to: previous }]),
    { from: temporary, to: final },
  ]);
  await context.willExchange?.(exchangeOf(plan));
  await step('putting the restored data in place', () =>
    renameDatabases(connected.server, maintenanceDatabase, renames),
  );
}

function report({ context, plan, warnings }: Restore, verified: Verified): RestoreReport {
  const exchanged = exchangeOf(plan);
  for (const name of exchanged.previous) {
    context.reporter.log(
      'info',
      `What was there before is kept as database "${name}". When you are content: DROP DATABASE "${name.replaceAll('"', '""')}";`,
    );
  }
  return {
    ...exchanged,
    verified: verified.counts,
    verifiedHashes: verified.hashes,
    warnings,
  };
}

/** Never throws: the error that led here is the one to report. What stays is removed by `cleanUpRestore`. */
async function undo({ connected, context, maintenanceDatabase, rolesCreated }: Restore): Promise<void> {
  try {
    await dropTemporaryDatabases(connected.server, maintenanceDatabase, context.operationId);
    await removeRoles(connected.server, maintenanceDatabase, rolesCreated);
  } catch (error) {
    const words = asHoldfastError(error).message;
    context.reporter.log('warn', `What was loaded so far could not be removed yet: ${words}`);
  }
}
