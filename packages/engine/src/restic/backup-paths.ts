import { stat } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/runtime';
import type { BackupResult, PathBackup, Repository } from '../engine.ts';
import { backupArguments } from './backup-arguments.ts';
import { backupResult } from './backup-result.ts';
import { keptItemErrors } from './restic-report.ts';
import type { ResticSettings } from './restic-settings.ts';
import { runRestic } from './run-restic.ts';
import { withdrawSnapshot } from './withdraw-snapshot.ts';

/** restic's words for a file that went away between the listing of its folder and its reading. */
const vanished = /no such file or directory/i;

/**
 * Stores a folder's content as a snapshot whose root it is. Files that vanish meanwhile are reported as
 * messages; a file that cannot be read is an error.
 * @throws HoldfastError `source-unreadable` and others; no snapshot exists then
 */
export async function backupPaths(
  settings: ResticSettings,
  repository: Repository,
  backup: PathBackup,
): Promise<BackupResult> {
  const isFolder = await stat(backup.root).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new HoldfastError('source-unreadable', `There is no folder ${backup.root}.`);
  const startedAt = new Date();
  try {
    const { report, exitCode } = await runRestic({
      settings,
      repository,
      arguments: [
        'backup',
        // A second walk through the tree, at a tenth of the cost of the first when nothing changed, only for a total.
        '--no-scan',
        ...backupArguments(repository, backup),
        ...backup.excludes.map((pattern) => `--exclude=${pattern}`),
        '.',
      ],
      workingDirectory: backup.root,
      options: backup,
      allowPartial: true,
    });
    const unreadable = report.itemErrors().filter(({ message }) => !vanished.test(message));
    const [first] = unreadable;
    if (first !== undefined) {
      throw new HoldfastError('source-unreadable', `${first.item}: ${first.message}`);
    }
    // Without the list of them nobody knows whether they all vanished.
    const listed = report.itemErrors().length;
    if (exitCode === 3 && (listed === 0 || listed === keptItemErrors)) {
      throw new HoldfastError('source-unreadable', 'restic could not read all of the files.');
    }
    for (const { item } of report.itemErrors()) backup.onMessage?.(`${item} vanished during the backup`);
    return backupResult(report.summary());
  } catch (error) {
    throw await withdrawSnapshot(settings, repository, backup, startedAt, error);
  }
}
