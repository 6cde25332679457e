import { HoldfastError } from '@holdfast/runtime';
import type { NewKey, Repository, RunOptions } from '../../engine.ts';
import type { ResticSettings } from '../restic-settings.ts';
import { runRestic } from '../run-restic.ts';

const longestPassword = 1024;

/** Adds a key with restic's own cost: the password may be one that a person chose. */
export async function addKey(
  settings: ResticSettings,
  repository: Repository,
  { password, userName, hostName }: NewKey,
  options: RunOptions = {},
): Promise<void> {
  const text = password.reveal();
  if (text === '' || text !== text.trim() || text.length > longestPassword) {
    throw new HoldfastError(
      'invalid-input',
      'A password may not be empty, have space around it, or be longer than 1024 characters.',
    );
  }
  await runRestic({
    settings,
    repository,
    arguments: ['key', 'add', '--new-password-file=/dev/stdin', `--user=${userName}`, `--host=${hostName}`],
    input: password,
    options,
  });
}
