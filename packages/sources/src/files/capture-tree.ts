import { opendir, readdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { Capture, CaptureContext, CaptureFacts, Consistency, StoredPart } from '../source.ts';
import { throwIfCancelled } from './cancellation.ts';
import { summarise } from './compare-counts.ts';
import { countFiles } from './count-files.ts';
import type { Tally } from './tally.ts';
import type { TreeDetails } from './tree-details.ts';
import type { TreeUser } from './tree-users.ts';

/** A folder to be read, as this process sees it. */
export interface Tree {
  /** Resolved: no link leads to it. */
  readonly path: string;
  /** What a person knows it by, in the middle of a sentence. */
  readonly shown: string;
  readonly consistency: Consistency;
  /** The containers that mount it. */
  readonly users: readonly TreeUser[];
  /** For the manifest, beside the tree's own. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Nothing is left out on its own account, folders marked as caches included: a backup that silently holds less
 * than the folder is worse than a large one.
 */
const excludes: readonly string[] = [];

/** The kernel's clock for the times of files lags behind the one that programs read by up to a tick of this length. */
const clockTickMs = 10;

/**
 * Offers a folder as it is, with the containers that use it paused or stopped until it was read where that was
 * chosen. The files, folders and bytes in the manifest are those that the engine stored, so that a restore can be
 * held to them, whatever changed meanwhile; one walk afterwards says whether anything did, and counts the rest.
 *
 * @throws HoldfastError `source-unreadable` (missing, not a folder, not allowed), `cancelled`, and those of the
 *   keeper of services
 */
export async function captureTree(tree: Tree, context: CaptureContext): Promise<Capture> {
  throwIfCancelled(context.signal);
  const root = await openRoot(tree);
  const release = await holdUsers(tree, context);
  try {
    const beganMs = Date.now();
    await sleep(clockTickMs, undefined, { signal: context.signal });
    return {
      parts: (await holdsAnything(tree)) ? [{ type: 'paths', root: tree.path, excludes }] : [],
      facts: async (stored) => {
        try {
          const found = await look(tree, beganMs, context);
          return factsOf(stored, found, { ...tree.details, root });
        } finally {
          await release();
        }
      },
      close: release,
    };
  } catch (error) {
    await release();
    throwIfCancelled(context.signal);
    throw error;
  }
}

async function holdUsers(tree: Tree, context: CaptureContext): Promise<() => Promise<void>> {
  const { consistency, users } = tree;
  // Who only reads (an agent that watches the host, for one) tears nothing.
  const writers = users.filter((user) => user.running && user.readWrite);
  if (consistency === 'live' || writers.length === 0) return async () => {};
  const { services, operationId, reporter } = context;
  if (services === undefined) throw new HoldfastError('internal', 'Nothing here may stop containers.');
  reporter.step(consistency === 'stop' ? 'stopping what uses it' : 'pausing what uses it');
  return services.hold({ operationId, containers: writers, action: consistency, reporter });
}

async function openRoot(tree: Tree): Promise<TreeDetails['root']> {
  try {
    const { mode, uid, gid, mtimeMs } = await stat(tree.path);
    await (await opendir(tree.path)).close();
    return { mode: mode & 0o7777, uid, gid, mtimeMs };
  } catch (error) {
    throw unreadable(tree, error);
  }
}

/**
 * Whether there is anything that restic stores, which makes no snapshot of nothing. It passes over sockets: a volume
 * may be there for one and nothing else.
 */
async function holdsAnything(tree: Tree): Promise<boolean> {
  const entries = await readdir(tree.path, { withFileTypes: true, encoding: 'buffer' }).catch(
    (error: unknown) => {
      throw unreadable(tree, error);
    },
  );
  return entries.some((entry) => !entry.isSocket());
}

async function look(tree: Tree, beganMs: number, { reporter, signal }: CaptureContext): Promise<Tally> {
  reporter.step('looking for changes');
  return countFiles(tree.path, signal, beganMs).catch((error: unknown) => {
    if (error instanceof HoldfastError) throw error;
    throw unreadable(tree, error);
  });
}

function factsOf(
  stored: readonly StoredPart[],
  found: Tally,
  { root, ...more }: { root: TreeDetails['root'] } & Readonly<Record<string, unknown>>,
): CaptureFacts {
  // Of an empty tree there is no part.
  const { files, folders, bytes } = stored[0] ?? { files: 0, folders: 0, bytes: 0 };
  const { links, special } = found.counts;
  const equal =
    files === found.counts.files && folders === found.counts.folders && bytes === found.counts.bytes;
  const unchanged = found.changed === 0 && equal;
  const details: TreeDetails = {
    ...more,
    root,
    allocatedBytes: found.allocatedBytes,
    unchanged,
    excludes: [...excludes],
  };
  return {
    // The engine does not say how many links it stored; they are as the walk found them when nothing changed.
    counts: { files, folders, bytes, ...(unchanged ? { links, special } : {}) },
    versions: {},
    warnings: warningsOf(found, unchanged),
    details,
    attachments: [],
  };
}

function warningsOf({ unreadable, examples, sockets }: Tally, unchanged: boolean): string[] {
  const warnings: string[] = [];
  if (!unchanged)
    warnings.push('Files were changed while they were backed up: each is as it was when it was read.');
  if (unreadable > 0)
    warnings.push(`${unreadable} could not be read and are not in it: ${summarise(examples, 20)}`);
  if (sockets > 0)
    warnings.push(`${sockets} sockets are not in it; the programs that use them make them anew.`);
  return warnings;
}

function unreadable({ shown }: Tree, error: unknown): HoldfastError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    ENOENT: `There is no ${shown}.`,
    ENOTDIR: `The ${shown} is not a folder.`,
    EACCES: `Holdfast may not read the ${shown}.`,
    EPERM: `Holdfast may not read the ${shown}.`,
  };
  const why = words[code] ?? `The ${shown} cannot be read: ${asHoldfastError(error).message}.`;
  return new HoldfastError('source-unreadable', why, { cause: error });
}
