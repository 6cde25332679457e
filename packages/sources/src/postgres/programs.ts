import type { ContainerRunner } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';

/** One place in the container, or on the host, that has the client programs. */
export interface ClientPrograms {
  readonly directory: string;
  readonly major: number;
  /** As `pg_dump --version` says it, for example `17.5 (Debian 17.5-1.pgdg120+1)`. */
  readonly version: string;
}

/**
 * Prints one line for each place: directory, tab, what pg_dump says of its version. The real programs come
 * before those on the PATH: on Debian, and so in the official images, the latter are a Perl script that chooses
 * a version and a port by rules of its own. The script is constant; nothing is pasted into it.
 */
const lookupScript = `
path=$(command -v pg_dump) || path=
for directory in /usr/lib/postgresql/*/bin /opt/bitnami/postgresql/bin /usr/local/pgsql/bin /usr/pgsql-*/bin "\${path%/*}"; do
  [ -n "$directory" ] && [ -x "$directory/pg_dump" ] && [ -x "$directory/psql" ] || continue
  printf '%s\\t%s\\n' "$directory" "$("$directory/pg_dump" --version 2>/dev/null)"
done
exit 0
`;

/** The client programs that are there, best first. */
export async function lookForPrograms(
  runner: ContainerRunner,
  signal: AbortSignal,
): Promise<ClientPrograms[]> {
  const result = await runner.run({
    command: ['sh', '-c', lookupScript],
    environment: { LC_ALL: 'C', LANGUAGE: 'C' },
    signal,
    timeoutMs: 30_000,
  });
  return parsePrograms(result.stdout.toString('utf8'));
}

/** The client programs in the container, best first. @throws HoldfastError `container-command-missing` */
export async function findPrograms(
  runner: ContainerRunner,
  container: string,
  signal: AbortSignal,
): Promise<ClientPrograms[]> {
  const found = await lookForPrograms(runner, signal);
  if (found.length > 0) return found;
  throw new HoldfastError(
    'container-command-missing',
    `The container ${container} has no psql and pg_dump: not on its PATH, nor in the well-known directories of PostgreSQL.`,
  );
}

/** Parses the lines of the lookup; the first of each version wins. */
export function parsePrograms(output: string): ClientPrograms[] {
  return output.split('\n').flatMap((line) => {
    const [, directory, version, major] = /^(\/[^\t]*)\t.*?\(PostgreSQL\) ((\d+).*)$/.exec(line) ?? [];
    return directory === undefined || version === undefined || major === undefined
      ? []
      : [{ directory, major: Number(major), version }];
  });
}

/** pg_dump refuses a server newer than itself, and the same major version writes the most fitting dump. */
export function bestProgramsFor(
  programs: readonly ClientPrograms[],
  serverMajor: number,
): ClientPrograms | undefined {
  return programs.filter((one) => one.major >= serverMajor).sort((a, b) => a.major - b.major)[0];
}

/**
 * As `bestProgramsFor`, in a container.
 *
 * @throws HoldfastError `container-command-missing` when all programs are older than the server
 */
export function chooseProgramsFor(
  programs: readonly ClientPrograms[],
  serverMajor: number,
  container: string,
): ClientPrograms {
  const best = bestProgramsFor(programs, serverMajor);
  if (best !== undefined) return best;
  throw new HoldfastError(
    'container-command-missing',
    `The server in container ${container} is PostgreSQL ${serverMajor}, but its pg_dump is older (${programs.map((one) => one.version).join(', ')}).`,
  );
}
