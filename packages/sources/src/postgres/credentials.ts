import type { ContainerDetails } from '@holdfast/docker';
import { HoldfastError, type Secret } from '@holdfast/runtime';
import { declaredPassword } from '../container/declared-password.ts';
import type { ConnectionSettings } from './locator.ts';

export interface PostgresCredentials {
  readonly user: string;
  /** Absent where none is named: the local socket may not ask for one. */
  readonly password?: Secret;
  /** Databases that may exist to connect to first, likeliest first. */
  readonly firstDatabases: readonly string[];
}

interface Convention {
  readonly user: readonly string[];
  readonly password: string;
  readonly database?: string;
}

const defaultUser = 'postgres';

/**
 * Names of variables, in order. The Docker Official Image first; then Bitnami's and Software Collections' images,
 * whose password of the superuser `postgres`, where one is set, is better than that of the application's role.
 * Each has a `_FILE` form.
 */
const conventions: readonly Convention[] = [
  { user: ['POSTGRES_USER'], password: 'POSTGRES_PASSWORD', database: 'POSTGRES_DB' },
  { user: [], password: 'POSTGRESQL_POSTGRES_PASSWORD' },
  { user: [], password: 'POSTGRESQL_ADMIN_PASSWORD' },
  {
    user: ['POSTGRESQL_USERNAME', 'POSTGRESQL_USER'],
    password: 'POSTGRESQL_PASSWORD',
    database: 'POSTGRESQL_DATABASE',
  },
];

/** Names that the conventions know, for the error that says what was looked for. */
export const conventionalNames: readonly string[] = conventions.flatMap(({ user, password, database }) => [
  ...user,
  password,
  ...(database === undefined ? [] : [database]),
]);

/** Variables that hold a password; each has a `_FILE` form, too. */
export const passwordVariables: readonly string[] = conventions.map(({ password }) => password);

/** Reads a file inside the container, without the line ends at its end. */
export type FileReader = (path: string) => Promise<Secret>;

/**
 * The user and password by settings, else by the conventions of well-known images.
 *
 * @throws HoldfastError `credentials-missing` when a setting names a variable that the container does not have;
 *   and what `readFile` throws
 */
export async function findCredentials(
  container: ContainerDetails,
  settings: ConnectionSettings,
  readFile: FileReader,
): Promise<PostgresCredentials> {
  const variable = async (name: string): Promise<Secret | undefined> => {
    const value = container.environment.get(name);
    if (value !== undefined && value.reveal() !== '') return value;
    const file = container.environment.get(`${name}_FILE`)?.reveal();
    return file ? readFile(file) : undefined;
  };
  const firstOf = async (names: readonly string[]): Promise<string | undefined> => {
    for (const name of names) {
      const value = await variable(name);
      if (value !== undefined) return value.reveal();
    }
    return undefined;
  };

  let chosen: Convention | undefined;
  let password = await declaredPassword(container, settings, readFile);
  for (const convention of conventions) {
    if (chosen !== undefined) break;
    const candidate = await variable(convention.password);
    if (candidate === undefined) continue;
    chosen = convention;
    password ??= candidate;
  }
  const user =
    settings.user ??
    (await firstOf(chosen === undefined ? conventions.flatMap((one) => one.user) : chosen.user)) ??
    defaultUser;
  const database = await firstOf(conventions.flatMap((one) => one.database ?? []));
  const firstDatabases = [settings.database, database, user, 'postgres', 'template1'];
  return {
    user,
    ...(password === undefined ? {} : { password }),
    firstDatabases: [...new Set(firstDatabases.filter((name) => name !== undefined))],
  };
}

/** The error for a server that wants a password where none was found. */
export function credentialsMissing(container: ContainerDetails, words: string): HoldfastError {
  return new HoldfastError(
    'credentials-missing',
    `The server in container ${container.name} did not let Holdfast in (${words}), and the container names no password that Holdfast knows. ` +
      `Looked for the variables ${conventionalNames.join(', ')}, and each with _FILE at its end.`,
    {
      hint:
        'Tell Holdfast where they are with labels on the container: holdfast.postgres.user=NAME and ' +
        'holdfast.postgres.password-env=VARIABLE (or holdfast.postgres.password-file=PATH).',
    },
  );
}
