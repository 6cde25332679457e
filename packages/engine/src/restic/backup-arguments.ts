import { HoldfastError } from '@holdfast/runtime';
import type { BackupOptions, Repository } from '../engine.ts';

/** Arguments that both forms of backup share. Values go behind `=`, so that a leading dash means nothing. */
export function backupArguments(repository: Repository, { tags, time }: BackupOptions): string[] {
  for (const tag of tags) {
    // restic splits tags at commas.
    if (tag === '' || tag.includes(','))
      throw new HoldfastError('invalid-input', `"${tag}" cannot be a tag.`);
  }
  return [
    `--host=${repository.host}`,
    // In UTC, because the process's zone is; restic keeps whole seconds.
    `--time=${time.toISOString().slice(0, 19).replace('T', ' ')}`,
    ...tags.map((tag) => `--tag=${tag}`),
  ];
}
