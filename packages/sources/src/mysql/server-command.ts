import type { ContainerDetails } from '@holdfast/docker';

const serverPrograms = new Set(['mariadbd', 'mysqld', 'mariadbd-safe', 'mysqld_safe']);
/** Entry points that start the server unless their first argument is another program. */
const serverEntrypoints = new Set(['docker-entrypoint.sh', 'entrypoint.sh']);
const clientPrograms =
  /^(mariadb|mysql|mariadb-dump|mysqldump|mariadb-backup|mariabackup|xtrabackup|mariadb-admin|mysqladmin|mariadb-check|mysqlcheck|mariadb-binlog|mysqlbinlog|mysqlrouter|sleep|tail|cron|crond|supercronic)$/;

/** The server, or what starts it, where a shell would take it for a command: `-u mysqld` is none. */
const startsServer =
  /(?:^|[;&|(\n]|\bexec|\b(?:gosu|su-exec)\s+\S+)\s*(?:\S*\/)?(?:docker-entrypoint\.sh|mariadbd|mysqld|mariadbd-safe|mysqld_safe)(?:\s|$)/;

/**
 * What the container runs, as far as its command says: a server, a program that uses one elsewhere (a backup
 * sidecar made from the same image, say), or neither is plain.
 */
export function whatRuns(container: Pick<ContainerDetails, 'command'>): 'server' | 'client' | 'unknown' {
  const words = container.command;
  const programs = words.map(baseName);
  const script = scriptOf(words);
  if (script !== undefined) return startsServer.test(script) ? 'server' : 'client';
  const [first, second] = programs;
  if (first === undefined) return 'unknown';
  if (programs.some((program) => serverPrograms.has(program))) return 'server';
  if (serverEntrypoints.has(first) && second !== undefined) {
    // Only the server takes options alone.
    if (second.startsWith('-')) return 'unknown';
    return clientPrograms.test(second) ? 'client' : 'unknown';
  }
  return clientPrograms.test(first) ? 'client' : 'unknown';
}

/** The text that a shell is given by `-c`, also behind the image's entry point. */
function scriptOf(words: readonly string[]): string | undefined {
  const shell = words.findIndex((word) => /^(ba|da|a)?sh$/.test(baseName(word)));
  if (shell < 0 || shell > 1) return undefined;
  const flag = words.findIndex((word, index) => index > shell && /^-[a-z]*c$/.test(word));
  return flag < 0 ? undefined : words.slice(flag + 1).join(' ');
}

const baseName = (word: string) => word.slice(word.lastIndexOf('/') + 1);
