import type { ContainerDetails } from '@holdfast/docker';

const serverPrograms = new Set(['postgres', 'postmaster']);
/** Entry points that start the server unless their first argument is another program. */
const serverEntrypoints = new Set(['docker-entrypoint.sh', 'docker-ensure-initdb.sh']);
const clientPrograms =
  /^(pg_dump|pg_dumpall|pg_restore|psql|pg_basebackup|pg_receivewal|pg_isready|pgbench|pgbouncer|sleep|tail|cron|crond|supercronic)$/;

/** The server, or what starts it, where a shell would take it for a command: `-U postgres` is none. */
const startsServer =
  /(?:^|[;&|(\n]|\bexec|\b(?:gosu|su-exec)\s+\S+)\s*(?:\S*\/)?(?:docker-entrypoint\.sh|postgres|postmaster)(?:\s|$)/;

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
  if (serverEntrypoints.has(first)) {
    if (second === undefined || second.startsWith('-') || serverPrograms.has(second)) return 'server';
    return clientPrograms.test(second) ? 'client' : 'unknown';
  }
  if (programs.some((program) => serverPrograms.has(program))) return 'server';
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
