import type { ContainerDetails } from '@holdfast/docker';
import { HoldfastError, type Secret } from '@holdfast/runtime';

/** Where a label or a person says that the password is. */
interface PasswordSettings {
  /** Name of the container's variable that holds it. */
  readonly passwordEnv?: string | undefined;
  /** File inside the container that holds it. */
  readonly passwordFile?: string | undefined;
}

/**
 * The password where the settings say that it is; undefined where they say nothing.
 * @throws HoldfastError `credentials-missing` when the variable is not there, or what reading the file throws
 */
export async function declaredPassword(
  container: ContainerDetails,
  { passwordEnv, passwordFile }: PasswordSettings,
  readFile: (path: string) => Promise<Secret>,
): Promise<Secret | undefined> {
  if (passwordEnv !== undefined) {
    const value = container.environment.get(passwordEnv);
    if (value !== undefined) return value;
    throw new HoldfastError(
      'credentials-missing',
      `The container ${container.name} has no variable ${passwordEnv}, which is named as the one that holds the password.`,
    );
  }
  return passwordFile === undefined ? undefined : readFile(passwordFile);
}
