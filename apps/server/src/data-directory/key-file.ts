import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writePrivately } from './data-directory.ts';
import { dataDirectoryFiles } from './files.ts';

/*
 * Keys in the data directory's .env. A change of the master key is written in two steps, each whole or not at all:
 * both keys while the vault is between them, then the new one alone. So a start at any moment finds what opens it.
 * What else the file holds stays.
 */

const name = 'HOLDFAST_MASTER_KEY';
const previousName = 'HOLDFAST_MASTER_KEY_PREVIOUS';

/** Makes a master key, and keeps it for later starts. */
export function generateMasterKey(directory: string): Buffer {
  return generate(
    directory,
    name,
    'Opens the vault of this data directory. Without it the secrets kept there are lost: keep a copy elsewhere.',
  );
}

/** Makes the key of self-backups, and keeps it for later starts. */
export function generateBackupKey(directory: string): Buffer {
  return generate(
    directory,
    'HOLDFAST_BACKUP_ENCRYPTION_KEY',
    "Opens the backups of Holdfast's own database. Without it they cannot be restored: keep a copy elsewhere.",
  );
}

function generate(directory: string, variable: string, words: string): Buffer {
  const key = randomBytes(32);
  write(directory, [...read(directory), `# ${words}`, `${variable}=${key.toString('hex')}`]);
  return key;
}

/** From now on both keys are found at a start. To be called before anything is closed with the next one. */
export function beginMasterKeyChange(
  directory: string,
  { next, present }: Record<'next' | 'present', Buffer>,
) {
  const lines = read(directory).filter((line) => !assigns(line, previousName));
  const at = lines.findIndex((line) => assigns(line, name));
  const others = lines.filter((line) => !assigns(line, name));
  const both = [`${name}=${next.toString('hex')}`, `${previousName}=${present.toString('hex')}`];
  write(directory, others.toSpliced(at < 0 ? others.length : at, 0, ...both));
}

/** To be called when nothing is closed with the earlier key any more. Does nothing where there is none. */
export function forgetPreviousMasterKey(directory: string): void {
  const lines = read(directory);
  const kept = lines.filter((line) => !assigns(line, previousName));
  if (kept.length < lines.length) write(directory, kept);
}

function assigns(line: string, variable: string): boolean {
  return new RegExp(`^\\s*(?:export\\s+)?${variable}\\s*=`).test(line);
}

function read(directory: string): string[] {
  const { dotEnv } = dataDirectoryFiles(directory);
  const text = existsSync(dotEnv) ? readFileSync(dotEnv, 'utf8').replace(/\n$/, '') : '';
  return text === '' ? [] : text.split('\n');
}

function write(directory: string, lines: readonly string[]): void {
  writePrivately(dataDirectoryFiles(directory).dotEnv, `${lines.join('\n')}\n`);
}
