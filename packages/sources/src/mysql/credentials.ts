import type { ContainerDetails } from '@holdfast/docker';
import { HoldfastError, type Secret } from '@holdfast/runtime';
import { declaredPassword } from '../container/declared-password.ts';
import type { ConnectionSettings } from './locator.ts';

export interface MysqlCredentials {
  readonly user: string;
  /** Absent where the container says that there is none, or none is named. */
  readonly password?: Secret;
  /** That the user is the application's, because no password of root is known. */
  readonly limited: boolean;
}

/** Of root: the official images' names, then those of Bitnami. Each has a `_FILE` form. */
const rootPasswords = ['MARIADB_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD'] as const;
const rootUsers = ['MARIADB_ROOT_USER', 'MYSQL_ROOT_USER'] as const;
/** That root has no password at all. */
const emptyRootPasswords = [
  'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
  'MYSQL_ALLOW_EMPTY_ROOT_PASSWORD',
  'MARIADB_ALLOW_EMPTY_PASSWORD',
  'MYSQL_ALLOW_EMPTY_PASSWORD',
  'ALLOW_EMPTY_PASSWORD',
] as const;
/** Of the application. */
const users = [
  { user: 'MARIADB_USER', password: 'MARIADB_PASSWORD' },
  { user: 'MYSQL_USER', password: 'MYSQL_PASSWORD' },
] as const;

/** Names that the conventions know, for the error that says what was looked for. */
export const conventionalNames: readonly string[] = [
  ...rootPasswords,
  ...users.flatMap(({ user, password }) => [user, password]),
];

/** Reads a file inside the container, without the line ends at its end. */
export type FileReader = (path: string) => Promise<Secret>;

/**
 * The user and password by settings, else root's by the conventions of well-known images, else the application's.
 *
 * @throws HoldfastError `credentials-missing` when a setting names a variable that the container does not have, or
 *   nothing at all is known; and what `readFile` throws
 */
export async function findCredentials(
  container: ContainerDetails,
  settings: ConnectionSettings,
  readFile: FileReader,
): Promise<MysqlCredentials> {
  const variable = async (name: string): Promise<Secret | undefined> => {
    const value = container.environment.get(name);
    if (value !== undefined && value.reveal() !== '') return value;
    const file = container.environment.get(`${name}_FILE`)?.reveal();
    return file ? readFile(file) : undefined;
  };
  const firstOf = async (names: readonly string[]): Promise<Secret | undefined> => {
    for (const name of names) {
      const value = await variable(name);
      if (value !== undefined) return value;
    }
    return undefined;
  };

  const declared = await declaredPassword(container, settings, readFile);
  if (declared !== undefined) {
    return { user: settings.user ?? 'root', password: declared, limited: false };
  }
  if (settings.user !== undefined && settings.user !== 'root') {
    for (const convention of users) {
      const password = await variable(convention.password);
      const user = await variable(convention.user);
      if (password !== undefined && user?.reveal() === settings.user) {
        return { user: settings.user, password, limited: false };
      }
    }
    throw credentialsMissing(container, `nothing says the password of user "${settings.user}"`);
  }
  const rootPassword = await firstOf(rootPasswords);
  const rootUser = (await firstOf(rootUsers))?.reveal() ?? 'root';
  if (rootPassword !== undefined) return { user: rootUser, password: rootPassword, limited: false };
  if (emptyRootPasswords.some((name) => container.environment.get(name)?.reveal())) {
    return { user: rootUser, limited: false };
  }
  for (const convention of users) {
    const user = await variable(convention.user);
    const password = await variable(convention.password);
    if (user !== undefined && password !== undefined) {
      return { user: user.reveal(), password, limited: true };
    }
  }
  throw credentialsMissing(container, 'its environment holds none of them');
}

/** The error for a server whose password nothing names. */
export function credentialsMissing(container: ContainerDetails, words: string): HoldfastError {
  return new HoldfastError(
    'credentials-missing',
    `The container ${container.name} names no password that Holdfast knows (${words}). ` +
      `Looked for the variables ${conventionalNames.join(', ')}, and each with _FILE at its end.`,
    {
      hint:
        'Tell Holdfast where they are with labels on the container: holdfast.mysql.user=NAME and ' +
        'holdfast.mysql.password-env=VARIABLE (or holdfast.mysql.password-file=PATH).',
    },
  );
}
