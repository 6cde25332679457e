import type { ContainerRunner } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';

export type Family = 'mariadb' | 'mysql';

/** The client programs of the container. */
export interface ClientPrograms {
  readonly client: string;
  readonly dump: string;
  /** Whose programs they are: their options differ. */
  readonly family: Family;
  /** As the dump program says it itself. */
  readonly version: string;
}

/**
 * Prints one line for each pair of programs: client, dump, and what the dump program says of its version. MariaDB's own
 * names come first: where both exist, the others are links to them. The script is constant; nothing is pasted into it.
 */
const lookupScript = `
for directory in "" /usr/bin /usr/local/bin /opt/bitnami/mariadb/bin /opt/bitnami/mysql/bin /usr/local/mysql/bin; do
  for pair in mariadb:mariadb-dump mysql:mysqldump; do
    if [ -z "$directory" ]; then
      client=$(command -v "\${pair%%:*}") && dump=$(command -v "\${pair##*:}") || continue
    else
      client=$directory/\${pair%%:*} dump=$directory/\${pair##*:}
    fi
    [ -x "$client" ] && [ -x "$dump" ] || continue
    printf '%s\\t%s\\t%s\\n' "$client" "$dump" "$("$dump" --no-defaults --version 2>/dev/null)"
    exit 0
  done
done
exit 0
`;

/** The client programs in the container. @throws HoldfastError `container-command-missing` */
export async function findPrograms(
  runner: ContainerRunner,
  container: string,
  signal: AbortSignal,
): Promise<ClientPrograms> {
  const result = await runner.run({
    command: ['sh', '-c', lookupScript],
    environment: { LC_ALL: 'C', LANGUAGE: 'C' },
    signal,
    timeoutMs: 30_000,
  });
  const found = parsePrograms(result.stdout.toString('utf8'));
  if (found !== undefined) return found;
  throw new HoldfastError(
    'container-command-missing',
    `The container ${container} has no client of MySQL or MariaDB (mariadb and mariadb-dump, or mysql and mysqldump): not on its PATH, nor in the well-known directories.`,
  );
}

/** Parses the line of the lookup. */
export function parsePrograms(output: string): ClientPrograms | undefined {
  const [, client, dump, words] = /^(\/[^\t\n]*)\t(\/[^\t\n]*)\t(.*)$/m.exec(output) ?? [];
  if (client === undefined || dump === undefined || words === undefined) return undefined;
  const family = /mariadb/i.test(`${words} ${dump}`) ? 'mariadb' : 'mysql';
  // `… Ver 10.19 Distrib 10.11.6-MariaDB, for …` · `… from 11.8.2-MariaDB, …` · `… Ver 8.4.5 for Linux …`
  const version = /(?:Distrib|from) ([^ ,]+)/.exec(words)?.[1] ?? /Ver ([^ ,]+)/.exec(words)?.[1] ?? words;
  return { client, dump, family, version };
}
