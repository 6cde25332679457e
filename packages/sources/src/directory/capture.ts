import { opendir, realpath, stat } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import { summarise } from '../files/compare-counts.ts';
import type { Capture, CaptureContext, CaptureFacts } from '../source.ts';
import { countFiles } from './count-files.ts';
import type { DirectoryDetails } from './details.ts';
import type { DirectoryLocator } from './locator.ts';
import type { Tally } from './tally.ts';

/**
 * Nothing is left out on its own account, folders marked as caches included: a backup that silently holds less
 * than the folder is worse than a large one.
 */
const excludes: readonly string[] = [];

/**
 * Offers a folder as it is. It is walked before and after the engine reads it: when both walks found the same, the
 * counts are exact, else the manifest says that the folder was being changed.
 *
 * @throws HoldfastError `source-unreadable` (missing, not a folder, not allowed), `cancelled`
 */
export async function captureDirectory(locator: DirectoryLocator, context: CaptureContext): Promise<Capture> {
  throwIfCancelled(context.signal);
  const root = await openRoot(locator.path);
  context.reporter.step('counting files');
  const before = await countFiles(root.path, context.signal);
  return {
    parts: [{ type: 'paths', root: root.path, excludes }],
    async facts() {
      context.reporter.step('looking for changes');
      const after = await countFiles(root.path, context.signal).catch((error: unknown) => {
        if (error instanceof HoldfastError) throw error;
        throw unreadable(locator.path, error);
      });
      return factsOf(before, after, root.details);
    },
    async close() {},
  };
}

async function openRoot(path: string) {
  try {
    const resolved = await realpath(path);
    const { mode, uid, gid, mtimeMs } = await stat(resolved);
    await (await opendir(resolved)).close();
    return { path: resolved, details: { mode: mode & 0o7777, uid, gid, mtimeMs } };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function factsOf(before: Tally, after: Tally, root: DirectoryDetails['root']): CaptureFacts {
  const unchanged = before.fingerprint === after.fingerprint;
  const details: DirectoryDetails = {
    root,
    allocatedBytes: Math.max(before.allocatedBytes, after.allocatedBytes),
    unchanged,
    excludes: [...excludes],
  };
  return {
    counts: after.counts,
    versions: {},
    warnings: warningsOf(after, unchanged),
    details,
    attachments: [],
  };
}

function warningsOf({ unreadable, examples, sockets }: Tally, unchanged: boolean): string[] {
  const warnings: string[] = [];
  if (!unchanged) {
    warnings.push(
      'Files were changed while they were backed up: each file is as it was when it was read, and the counts are those of the end.',
    );
  }
  if (unreadable > 0)
    warnings.push(`${unreadable} could not be read and are not in it: ${summarise(examples, 20)}`);
  if (sockets > 0)
    warnings.push(`${sockets} sockets are not in it; the programs that use them make them anew.`);
  return warnings;
}

function unreadable(path: string, error: unknown): HoldfastError {
  const { code, message } = error as NodeJS.ErrnoException;
  const shown = JSON.stringify(path);
  const words: Record<string, string> = {
    ENOENT: `There is no folder at ${shown}.`,
    ENOTDIR: `${shown} is not a folder.`,
    EACCES: `Holdfast may not read ${shown}.`,
    EPERM: `Holdfast may not read ${shown}.`,
  };
  return new HoldfastError('source-unreadable', words[code ?? ''] ?? `${shown} cannot be read: ${message}.`, {
    cause: error,
  });
}
