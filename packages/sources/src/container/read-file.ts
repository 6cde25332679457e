import type { ContainerDetails, ContainerRunner } from '@holdfast/docker';
import { HoldfastError, Secret } from '@holdfast/runtime';

/**
 * A credential from a file inside the container, without the line ends at its end.
 *
 * @throws HoldfastError `credentials-missing` when the file cannot be read
 */
export async function readContainerFile(
  runner: ContainerRunner,
  container: ContainerDetails,
  path: string,
  signal: AbortSignal,
): Promise<Secret> {
  const result = await runner.run({
    command: ['cat', '--', path],
    user: '0',
    signal,
    timeoutMs: 30_000,
  });
  if (result.exitCode !== 0) {
    throw new HoldfastError(
      'credentials-missing',
      `The file ${path} in container ${container.name}, which is to hold a credential, cannot be read: ${result.stderr.trim()}`,
    );
  }
  return new Secret(result.stdout.toString('utf8').replace(/\n+$/, ''));
}
