import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import type { CaptureContext, Exchange, RestoreReport, RestoreRequest } from '../source.ts';
import { dropTemporarySchemas } from './clean-up.ts';
import { execute } from './client.ts';
import type { ConnectedServer } from './connect.ts';
import { exchange } from './exchange.ts';
import { dropSchema, type Move } from './journal.ts';
import { loadSchema } from './load.ts';
import { preflight, refuseForeignKeysAcross } from './preflight.ts';
import { qualified, quoteIdentifier } from './quoting.ts';
import { planRestore, type RestorePlan, type SchemaPlan } from './restore-plan.ts';
import { missingDefiners, removeUsers, restoreUsers } from './restore-users.ts';
import { readSchemaObjects } from './schema-objects.ts';
import { release } from './server-version.ts';
import { readSchemas } from './survey.ts';
import type { Account } from './users.ts';
import { type Verified, verifySchema } from './verify.ts';

/** What the steps of one restore share. */
interface Restore {
  readonly connected: ConnectedServer;
  readonly request: RestoreRequest;
  readonly context: CaptureContext;
  readonly plan: RestorePlan;
  readonly warnings: string[];
  readonly usersCreated: Account[];
  /** Whether old data is gone already, as mode `in-place` wants it. */
  oldDataDropped: boolean;
}

/**
 * Restores a snapshot of a server: loads each schema beside what is there, verifies and analyses it, and exchanges all of
 * them for what was there (see `exchange`). On any failure, and when cancelled before the exchange, what was loaded is
 * removed and what was there serves on (in mode `in-place` it was dropped before the load, and the error says so).
 *
 * @throws HoldfastError `restore-target-older`, `restore-target-busy`, `restore-target-exists`, `not-found`,
 *   `restore-failed`, `restore-verification-failed`, `cancelled`
 */
export async function restoreServer(
  connected: ConnectedServer,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const { signal, reporter } = context;
  let restore: Restore | undefined;
  try {
    reporter.step('checking the target');
    const target = await readSchemas(connected, signal);
    const plan = planRestore(request, context.operationId, target, new Date());
    const warnings = await preflight(connected, plan, signal);
    restore = { connected, request, context, plan, warnings, usersCreated: [], oldDataDropped: false };
    await makeReady(restore);
    const verified: Verified[] = [];
    for (const schema of plan.schemas) verified.push(await fill(restore, schema));
    await putInPlace(restore);
    return report(restore, verified);
  } catch (error) {
    if (restore !== undefined) await undo(restore);
    throw asRestoreError(error, signal, restore?.oldDataDropped === true);
  }
}

/** Users first: what the data names as its definer should exist. */
async function makeReady(restore: Restore): Promise<void> {
  const { connected, context, plan, request } = restore;
  const users = plan.details.users === undefined ? undefined : request.attachments.get(plan.details.users);
  if (users !== undefined && request.mode !== 'beside' && request.part === undefined) {
    context.reporter.step('restoring users');
    const restored = await restoreUsers(connected, users, context.signal);
    restore.usersCreated.push(...restored.created);
    restore.warnings.push(...restored.warnings);
  }
  for (const { details, temporary } of plan.schemas) {
    await execute(
      connected.server,
      `CREATE DATABASE ${quoteIdentifier(temporary)} CHARACTER SET ${plainName(details.characterSet)} COLLATE ${plainName(details.collation)};`,
      { signal: context.signal },
    );
  }
  for (const name of plan.dropped) {
    throwIfCancelled(context.signal);
    context.reporter.log('info', `Dropping database "${name}", as asked.`);
    await dropSchema(connected.server, name);
    restore.oldDataDropped = true;
  }
}

/** Loads one schema, and makes sure that it holds what was counted. */
async function fill(restore: Restore, plan: SchemaPlan): Promise<Verified> {
  const { connected, context, request, warnings } = restore;
  const { server } = connected;
  const { reporter, signal } = context;
  const { details, temporary } = plan;
  reporter.step(`loading ${details.name}`);
  await loadSchema(server, details.name, temporary, plan.reader, { reporter, signal });
  const replaced = restore.plan.schemas.flatMap(({ existing }) => existing?.name ?? []);
  await refuseForeignKeysAcross(connected, replaced, signal);
  reporter.step(`verifying ${details.name}`);
  const verified = await verifySchema(
    server,
    {
      schema: details.name,
      loadedAs: temporary,
      counts: details.exact ? request.manifest.counts : {},
      hashes: details.exact ? (request.manifest.hashes ?? {}) : {},
    },
    signal,
  );
  refuseDifferentContent(restore, details.name, verified);
  const { tables } = await readSchemaObjects(server, temporary, { signal });
  if (tables.length > 0) {
    const names = tables.map((table) => qualified(temporary, table)).join(', ');
    await execute(server, `ANALYZE NO_WRITE_TO_BINLOG TABLE ${names};`, { signal }).catch(
      (error: unknown) => {
        throwIfCancelled(signal);
        warnings.push(
          `Statistics of database "${details.name}" could not be gathered: ${asHoldfastError(error).message}`,
        );
      },
    );
  }
  return verified;
}

/** Another version may write the same number in other digits: there a difference is something to look at. */
function refuseDifferentContent(
  { connected, plan, warnings }: Restore,
  schema: string,
  { differentContent }: Verified,
): void {
  if (differentContent.length === 0) return;
  const words = `The content of these tables of database "${schema}" is not the one that was hashed at backup time: ${differentContent.join(', ')}.`;
  if (release(connected.version) === release(plan.details.serverVersion)) {
    throw new HoldfastError('restore-verification-failed', words);
  }
  warnings.push(`${words} The version of the server is another one, which may be why.`);
}

function exchangeOf({ schemas }: RestorePlan): Exchange {
  return {
    restored: schemas.map(({ final }) => final),
    previous: schemas.flatMap(({ previous }) => previous ?? []),
  };
}

async function putInPlace({ connected, context, plan, warnings }: Restore): Promise<void> {
  const { server } = connected;
  throwIfCancelled(context.signal);
  context.reporter.step('putting the restored data in place');
  const moves = await Promise.all(
    plan.schemas.map(async ({ details, temporary, final, existing, previous }): Promise<Move> => {
      const { tables, programs } = await readSchemaObjects(server, temporary);
      return {
        from: {
          name: temporary,
          characterSet: plainName(details.characterSet),
          collation: plainName(details.collation),
          objects: { tables, programs: [...programs, ...details.programs] },
        },
        to: {
          name: final,
          characterSet: existing?.characterSet ?? '',
          collation: existing?.collation ?? '',
          ...(existing === undefined ? {} : { objects: await readSchemaObjects(server, final) }),
        },
        ...(previous === undefined ? {} : { keep: previous }),
      };
    }),
  );
  const programs = moves.flatMap(({ from }) => from.objects.programs);
  // Where accounts cannot be read, nobody knows.
  const missing = await missingDefiners(connected, programs).catch(() => []);
  if (missing.length > 0) {
    warnings.push(
      `Views, triggers, routines or events run as users that do not exist, and fail until these are made: ${missing.join(', ')}.`,
    );
  }
  await context.willExchange?.(exchangeOf(plan));
  warnings.push(...(await exchange(server, moves)));
  for (const { temporary } of plan.schemas) await dropSchema(server, temporary);
}

function report({ context, plan, warnings }: Restore, verified: readonly Verified[]): RestoreReport {
  const exchanged = exchangeOf(plan);
  for (const name of exchanged.previous) {
    context.reporter.log(
      'info',
      `The tables that were there before are kept in database "${name}", and its triggers, views, routines and events as text in its table holdfast_kept. When you are content: DROP DATABASE ${quoteIdentifier(name)};`,
    );
  }
  return {
    ...exchanged,
    verified: Object.assign({}, ...verified.map(({ counts }) => counts)) as RestoreReport['verified'],
    verifiedHashes: Object.assign({}, ...verified.map(({ hashes }) => hashes)) as Record<string, string>,
    warnings,
  };
}

/** Never throws: the error that led here is the one to report. What stays is removed by `cleanUp`. */
async function undo({ connected, context, usersCreated }: Restore): Promise<void> {
  try {
    await dropTemporarySchemas(connected, context.operationId);
    await removeUsers(connected, usersCreated);
  } catch (error) {
    const words = asHoldfastError(error).message;
    context.reporter.log('warn', `What was loaded so far could not be removed yet: ${words}`);
  }
}

const untouched = 'What was there before is untouched and still in use.';

function asRestoreError(error: unknown, signal: AbortSignal, oldDataDropped: boolean): HoldfastError {
  const known = asHoldfastError(error);
  const cancelled = signal.aborted && known.code !== 'restore-verification-failed';
  const code = cancelled
    ? 'cancelled'
    : known.code === 'dump-failed' || known.code === 'internal'
      ? 'restore-failed'
      : known.code;
  const message = cancelled ? 'The restore was cancelled.' : known.message;
  if (oldDataDropped) {
    return new HoldfastError(code, `${message} The old data was dropped before, as --in-place asks.`, {
      hint: 'Start the restore again: the databases that were dropped are missing until it succeeds.',
      cause: error,
    });
  }
  return code === known.code && !cancelled
    ? known
    : new HoldfastError(code, message, { hint: untouched, cause: error });
}

/** Names of character sets and collations stand in statements as they are. @throws HoldfastError `restore-failed` */
function plainName(name: string): string {
  if (/^[A-Za-z0-9_]+$/.test(name)) return name;
  throw new HoldfastError(
    'restore-failed',
    `${JSON.stringify(name)} is no name of a character set or collation.`,
  );
}
