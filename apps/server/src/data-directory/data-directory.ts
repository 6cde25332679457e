import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { HoldfastError } from '@holdfast/runtime';
import { dataDirectoryFiles } from './files.ts';

/** The kernel keeps the path of a Unix socket in 108 bytes, the closing zero among them. */
const longestSocketPath = 107;

/**
 * Makes the directory ready to be locked: it exists, is only for its owner, and its socket can have its name.
 * @throws HoldfastError `data-directory-unusable`, `data-directory-full`
 */
export function prepareDataDirectory(directory: string): void {
  const { socket } = dataDirectoryFiles(directory);
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new HoldfastError(
      'data-directory-unusable',
      `The path ${socket} is ${Buffer.byteLength(socket)} bytes long; a Unix socket's may have ${longestSocketPath}.`,
      { hint: 'Choose a shorter path with --data-dir or HOLDFAST_DATA_DIR.' },
    );
  }
  guarded(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  });
}

/** The credential of clients on this host: made once, readable by the directory's owner only. */
export function localToken(directory: string): string {
  const { token } = dataDirectoryFiles(directory);
  if (existsSync(token)) {
    const held = readFileSync(token, 'utf8').trim();
    if (held.length >= 32) return held;
  }
  const made = randomBytes(32).toString('base64url');
  writePrivately(token, `${made}\n`);
  return made;
}

/** Makes a master key. */
export function generateMasterKey(directory: string): Buffer {
  return generateKey(
    directory,
    'HOLDFAST_MASTER_KEY',
    'Opens the vault of this data directory. Without it the secrets kept there are lost: keep a copy elsewhere.',
  );
}

/** Makes the key of self-backups. */
export function generateBackupKey(directory: string): Buffer {
  return generateKey(
    directory,
    'HOLDFAST_BACKUP_ENCRYPTION_KEY',
    "Opens the backups of Holdfast's own database. Without it they cannot be restored: keep a copy elsewhere.",
  );
}

/** Makes a key and keeps it in the directory's .env, which later starts read. What else the file holds stays. */
function generateKey(directory: string, variable: string, words: string): Buffer {
  const { dotEnv } = dataDirectoryFiles(directory);
  const key = randomBytes(32);
  const before = existsSync(dotEnv) ? readFileSync(dotEnv, 'utf8').replace(/\n?$/, '\n') : '';
  writePrivately(dotEnv, `${before}# ${words}\n${variable}=${key.toString('hex')}\n`);
  return key;
}

/** All of it or nothing, and never readable by others, not even for a moment. */
function writePrivately(file: string, content: string): void {
  const temporary = `${file}.new`;
  guarded(file, () => {
    try {
      rmSync(temporary, { force: true });
      writeFileSync(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

function guarded(place: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    const why = error instanceof Error ? error.message : String(error);
    throw new HoldfastError(
      full ? 'data-directory-full' : 'data-directory-unusable',
      full ? `${place} could not be written: the disk is full.` : `${place} cannot be used: ${why}.`,
      { cause: error },
    );
  }
}
