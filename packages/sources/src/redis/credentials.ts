import type { ContainerDetails } from '@holdfast/docker';
import { asHoldfastError, HoldfastError, Secret } from '@holdfast/runtime';
import { declaredPassword } from '../container/declared-password.ts';
import type { ConnectionSettings } from './locator.ts';
import { configFileOf, optionOf, serverArguments } from './server-command.ts';

export interface RedisCredentials {
  readonly user?: string;
  /** Absent where none is named: most servers in containers want none. */
  readonly password?: Secret;
}

/** Names of variables that well-known images take the password from. Each has a `_FILE` form. */
const conventionalNames = ['REDIS_PASSWORD', 'VALKEY_PASSWORD'] as const;

/** Reads a file inside the container, without the line ends at its end. */
export type FileReader = (path: string) => Promise<Secret>;

/**
 * The user and password by settings; else what the server itself was given, in its arguments, the image's variables or
 * its file of settings.
 *
 * @throws HoldfastError `credentials-missing` when a setting names a variable that the container does not have;
 *   and what `readFile` throws
 */
export async function findCredentials(
  container: ContainerDetails,
  settings: ConnectionSettings,
  readFile: FileReader,
): Promise<RedisCredentials> {
  const password =
    (await declaredPassword(container, settings, readFile)) ??
    passwordOfCommand(container) ??
    (await passwordOfVariables(container, readFile)) ??
    (await passwordOfConfigFile(container, readFile));
  return {
    ...(settings.user === undefined ? {} : { user: settings.user }),
    ...(password === undefined ? {} : { password }),
  };
}

function passwordOfCommand(container: ContainerDetails): Secret | undefined {
  const value = optionOf(serverArguments(container), 'requirepass');
  return value ? new Secret(value) : undefined;
}

async function passwordOfVariables(
  { environment }: ContainerDetails,
  readFile: FileReader,
): Promise<Secret | undefined> {
  for (const name of conventionalNames) {
    const value = environment.get(name);
    if (value !== undefined && value.reveal() !== '') return value;
    const file = environment.get(`${name}_FILE`)?.reveal();
    if (file) return await readFile(file);
  }
  return undefined;
}

async function passwordOfConfigFile(
  container: ContainerDetails,
  readFile: FileReader,
): Promise<Secret | undefined> {
  const path = configFileOf(serverArguments(container));
  if (path === undefined) return undefined;
  const text = await readFile(path).catch((error: unknown) => {
    // The server may have read it as another user, and may want no password at all.
    if (asHoldfastError(error).code === 'credentials-missing') return new Secret('');
    throw error;
  });
  const found = [...text.reveal().matchAll(/^[ \t]*requirepass[ \t]+("?)(.+?)\1[ \t]*$/gim)].at(-1)?.[2];
  return found ? new Secret(found) : undefined;
}

/** The error for a server that wants a password where none was found. */
export function credentialsMissing(container: ContainerDetails, words: string): HoldfastError {
  return new HoldfastError(
    'credentials-missing',
    `The server in container ${container.name} did not let Holdfast in (${words}), and the container names no password that Holdfast knows. ` +
      `Looked for --requirepass in its command, for the variables ${conventionalNames.join(', ')}, each with _FILE at its end, too, and for requirepass in the file of settings that the command names.`,
    {
      hint:
        'Tell Holdfast where it is with labels on the container: holdfast.redis.password-env=VARIABLE or ' +
        'holdfast.redis.password-file=PATH, and holdfast.redis.user=NAME where it is not that of the default user.',
    },
  );
}
