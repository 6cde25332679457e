import { chmod, chown, link, mkdir, open, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { throwIfCancelled } from '../files/cancellation.ts';
import { differencesOf, summarise } from '../files/compare-counts.ts';
import { requireFreeSpace } from '../files/free-space.ts';
import { choosePreviousName, exists } from '../files/previous-name.ts';
import { syncFolder } from '../files/sync-folder.ts';
import type { CaptureContext, PartReader, RestoreReport, RestoreRequest } from '../source.ts';
import { restoringError } from './database-errors.ts';
import { examineDatabaseFile, type Ownership, resolveTarget } from './database-file.ts';
import { type SqliteDetails, sqliteDetails } from './details.ts';
import { sideSuffixes } from './file-format.ts';
import { hashOfFile } from './file-hash.ts';
import type { SqliteLocator } from './locator.ts';
import { describeOpeners, findOpeners } from './openers.ts';
import { runDatabaseTask } from './run-task.ts';
import { folderBeside, makeWorkFolder } from './work-folder.ts';

export const restoredName = 'restored';
export const intentName = 'exchange.json';

/** Beside the original, the only place that a clean-up knows: says where the work folder is. */
export async function pointerOf(locator: SqliteLocator, operationId: string): Promise<string> {
  return `${folderBeside(await resolveTarget(locator.path), operationId)}.json`;
}

export const pointerSchema = z.object({ folder: z.string() });

async function pointTo(folder: string, locator: SqliteLocator, operationId: string): Promise<void> {
  const pointer = await pointerOf(locator, operationId);
  const content: z.infer<typeof pointerSchema> = { folder };
  // On a machine that never had the original there is nothing to point from.
  if (await exists(path.dirname(pointer))) {
    await writeFile(pointer, JSON.stringify(content), { flush: true, mode: 0o600 });
  }
}

/** A database that was loaded and found equal to what was captured, not yet in its place. */
interface Loaded {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
  readonly ownership: Ownership;
  /** Of the file as it was stored, where the manifest has one. */
  readonly hashes: NonNullable<RestoreReport['verifiedHashes']>;
  readonly warnings: readonly string[];
}

/**
 * Loads the database beside its place, checks and counts it, then puts it there: by a rename that keeps the old one
 * (`swap`), under a new name (`beside`), or through SQLite in one transaction (`in-place`), which programs that
 * have the database open see at once.
 *
 * @throws HoldfastError `restore-space`, `restore-target-exists`, `restore-verification-failed`,
 *   `restore-failed`, `cancelled`; the old database then still serves, untouched
 */
export async function restoreSqlite(
  locator: SqliteLocator,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const target =
    request.mode === 'beside' ? await newTarget(request.newName) : await resolveTarget(locator.path);
  const details = sqliteDetails.parse(request.manifest.details);
  const reader = chooseReader(request);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await requireFreeSpace(path.dirname(target), reader.part.bytes);
    const folder = await makeWorkFolder(folderBeside(target, context.operationId));
    try {
      await pointTo(folder.path, locator, context.operationId);
      const loaded = await load(reader, request, details, { folder: folder.path, target }, context);
      const placed = await place(loaded, request.mode, context);
      return { ...placed, verified: request.manifest.counts, verifiedHashes: loaded.hashes };
    } finally {
      await folder.remove();
      await rm(await pointerOf(locator, context.operationId), { force: true });
    }
  } catch (error) {
    throw restoringError(target, error);
  }
}

async function load(
  reader: PartReader,
  request: RestoreRequest,
  details: SqliteDetails,
  where: { readonly folder: string; readonly target: string },
  { reporter, signal }: CaptureContext,
): Promise<Loaded> {
  const file = path.join(where.folder, restoredName);
  reporter.step('loading');
  const handle = await open(file, 'wx', 0o600);
  try {
    await reader.toDescriptor(handle.fd);
    await handle.sync();
  } finally {
    await handle.close();
  }
  throwIfCancelled(signal);
  reporter.step('verifying');
  const hashes = await verifyHash(file, reader, request.manifest, signal);
  const inspection = await runDatabaseTask({ type: 'inspect', file }, signal);
  const differences = [...inspection.problems, ...differencesOf(request.manifest.counts, inspection.counts)];
  if (differences.length > 0)
    throw new HoldfastError('restore-verification-failed', `${summarise(differences)}.`);
  if (details.journalMode === 'wal') {
    await runDatabaseTask({ type: 'set-journal-mode', file, mode: details.journalMode }, signal);
  }
  const old = await examineDatabaseFile(where.target).catch(() => undefined);
  const ownership = old?.ownership ?? details.ownership;
  return { ...where, file, ownership, hashes, warnings: await giveOwnership(file, ownership) };
}

/** Before anything is changed in the file. @throws HoldfastError `restore-verification-failed` */
async function verifyHash(
  file: string,
  { part }: PartReader,
  { hashes = {} }: Manifest,
  signal: AbortSignal,
): Promise<Loaded['hashes']> {
  const expected = hashes[part.path];
  if (expected === undefined) return {};
  const found = await hashOfFile(file, signal).catch((error: unknown) => {
    throwIfCancelled(signal);
    throw error;
  });
  if (found === expected) return { [part.path]: found };
  throw new HoldfastError(
    'restore-verification-failed',
    `The file ${part.path} is not the one that was stored: its hash is ${found}, was ${expected}.`,
  );
}

type Placed = Omit<RestoreReport, 'verified' | 'verifiedHashes'>;

async function place(loaded: Loaded, mode: RestoreRequest['mode'], context: CaptureContext): Promise<Placed> {
  throwIfCancelled(context.signal);
  context.reporter.step('putting in place');
  const { target, warnings } = loaded;
  if (mode === 'beside') {
    await placeUnderNewName(loaded);
    return { restored: [target], previous: [], warnings };
  }
  if (mode === 'in-place' && (await exists(target))) {
    // Not cancelled from here on: SQLite's transaction is what makes it all or nothing.
    await runDatabaseTask({ type: 'overwrite', from: loaded.file, target }, new AbortController().signal);
    return { restored: [target], previous: [], warnings };
  }
  return await exchange(loaded, context);
}

async function exchange(
  { file, folder, target, warnings }: Loaded,
  { willExchange }: CaptureContext,
): Promise<Placed> {
  const openers = await findOpeners(target);
  const previous = await choosePreviousName(target, new Date());
  const done = { restored: [target], previous: (await exists(target)) ? [previous] : [] };
  await willExchange?.(done);
  // Read by the clean-up after a crash between the first and the last rename.
  await writeFile(path.join(folder, intentName), JSON.stringify({ target, previous }), {
    flush: true,
    mode: 0o600,
  });
  const { quiet } = await runDatabaseTask(
    { type: 'exchange', from: file, target, previous },
    new AbortController().signal,
  );
  const who = openers.length > 0 ? describeOpeners(openers) : 'Another program';
  const stale =
    openers.length === 0 && quiet
      ? []
      : [
          `${who} had the old database open and goes on using it (now ${JSON.stringify(previous)}) until restarted.`,
        ];
  return { ...done, warnings: [...warnings, ...stale] };
}

async function placeUnderNewName({ file, target }: Loaded): Promise<void> {
  // Unlike a rename, a link never replaces what somebody put there meanwhile.
  await link(file, target).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? taken(target) : error;
  });
  await unlink(file);
  await syncFolder(path.dirname(target));
}

async function newTarget(newName: string | undefined): Promise<string> {
  if (newName === undefined || !path.isAbsolute(newName) || newName.includes('\0')) {
    throw new HoldfastError(
      'invalid-input',
      'A SQLite database is restored beside the original at an absolute path.',
      {
        hint: 'Give the path of the new file, for example --as /srv/app/restored.db.',
      },
    );
  }
  for (const suffix of ['', ...sideSuffixes]) {
    if (await exists(newName + suffix)) throw taken(newName + suffix);
  }
  return newName;
}

function taken(path: string): HoldfastError {
  return new HoldfastError('restore-target-exists', `${JSON.stringify(path)} exists already.`);
}

function chooseReader({ parts, part }: RestoreRequest): PartReader {
  const reader = part === undefined ? parts[0] : parts.find((candidate) => candidate.part.path === part);
  if (reader !== undefined) return reader;
  throw new HoldfastError('not-found', `The snapshot holds no part ${JSON.stringify(part ?? '')}.`);
}

/** Owner and mode of the database that is replaced, or of the one that was captured. */
async function giveOwnership(file: string, { mode, uid, gid }: Ownership): Promise<string[]> {
  const refused = await chown(file, uid, gid).then(
    () => [],
    () => [`The restored file belongs to this user: Holdfast may not give it to ${uid}:${gid}.`],
  );
  await chmod(file, mode);
  return refused;
}
