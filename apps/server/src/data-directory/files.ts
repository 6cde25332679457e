import path from 'node:path';

/** The names of what lies in a data directory. */
export function dataDirectoryFiles(directory: string) {
  return {
    database: path.join(directory, 'holdfast.db'),
    lock: path.join(directory, 'holdfast.lock'),
    socket: path.join(directory, 'holdfast.sock'),
    token: path.join(directory, 'holdfast.token'),
    dotEnv: path.join(directory, '.env'),
    /** Folders that drills restore into; empty while none runs. */
    drills: path.join(directory, 'drills'),
    /** A self-backup on its way to being restored; there for that long only. */
    fetchedBackup: path.join(directory, 'holdfast.fetched.hfbackup'),
    /** Self-backups that were asked for by `holdfast self backup`. */
    backups: path.join(directory, 'backups'),
    /** What people put there for configuration documents to refer to. */
    secrets: path.join(directory, 'secrets'),
    destinations: path.join(directory, 'destinations'),
  };
}
