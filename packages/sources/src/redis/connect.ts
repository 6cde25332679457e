import { type ContainerDetails, type ContainerRunner, chooseRunner } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { dockerOf, findRunningContainer } from '../container/container.ts';
import { readContainerFile } from '../container/read-file.ts';
import type { CaptureContext } from '../source.ts';
import { credentialsMissing, findCredentials, type RedisCredentials } from './credentials.ts';
import { type RedisLocator, settingsFromLabels } from './locator.ts';
import { type RedisServer, ReplyError, serverInfo } from './redis-cli.ts';
import { optionOf, serverArguments } from './server-command.ts';

export interface ConnectedServer {
  readonly container: ContainerDetails;
  readonly server: RedisServer;
  /** Path of `redis-server`, where the container has it. */
  readonly serverProgram?: string;
  /** As INFO says them: `redis` and `7.0.15`, or `valkey` and `8.1.1`. */
  readonly product: 'redis' | 'valkey';
  readonly version: string;
  /** Of the moment when it was connected to. */
  readonly info: ReadonlyMap<string, string>;
}

/** One line for each program, in the order of preference; the script is constant. */
const lookupScript = `
for name in valkey redis; do
  cli=$(command -v $name-cli) || continue
  printf '%s\\n%s\\n' "$cli" "$(command -v $name-server)"
  exit 0
done
exit 0
`;

const usualPort = 6379;

/**
 * Finds the container, its client program and its password, and makes sure that the server lets Holdfast in. It connects
 * from inside, by the loopback address: `protected-mode` does not shut that out.
 *
 * @throws HoldfastError `container-not-found`, `container-not-running`, `container-command-missing`,
 *   `credentials-missing`, `credentials-rejected`, `setting-invalid`, `dump-failed` with the server's words
 */
export async function connectServer(
  locator: RedisLocator,
  context: CaptureContext,
): Promise<ConnectedServer> {
  const docker = dockerOf(context);
  const container = await findRunningContainer(docker, locator);
  const settings = { ...settingsFromLabels(container.labels), ...locator.settings };
  const runner = await chooseRunner(docker, container, context.dataPath);
  const [credentials, [client, serverProgram]] = await Promise.all([
    findCredentials(container, settings, (path) =>
      readContainerFile(runner, container, path, context.signal),
    ),
    findPrograms(runner, container, context.signal),
  ]);
  const server: RedisServer = {
    runner,
    client,
    at: { port: settings.port ?? portOf(container) },
    ...credentials,
  };
  const info = await letIn(server, credentials, container, context.signal);
  const valkey = info.get('valkey_version');
  return {
    container,
    server,
    ...(serverProgram === undefined ? {} : { serverProgram }),
    product: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? info.get('redis_version') ?? 'unknown',
    info,
  };
}

async function findPrograms(
  runner: ContainerRunner,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<[string, string?]> {
  const { stdout } = await runner.run({ command: ['sh', '-c', lookupScript], signal, timeoutMs: 30_000 });
  const [client, server] = stdout.toString('utf8').split('\n');
  if (client) return server ? [client, server] : [client];
  throw new HoldfastError(
    'container-command-missing',
    `The container ${container.name} has neither redis-cli nor valkey-cli on its PATH.`,
  );
}

function portOf(container: ContainerDetails): number {
  const given = [
    optionOf(serverArguments(container), 'port'),
    ...['REDIS_PORT_NUMBER', 'VALKEY_PORT_NUMBER'].map((name) => container.environment.get(name)?.reveal()),
  ];
  const ports = given.map(Number).filter((port) => Number.isInteger(port) && port > 0 && port <= 65_535);
  return ports[0] ?? usualPort;
}

/** Codes of a server that wants a password, another one, or another user's. */
const refusals = /^(NOAUTH|WRONGPASS|NOPERM)$/;

async function letIn(
  server: RedisServer,
  { user, password }: RedisCredentials,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  try {
    return await serverInfo(server, { signal });
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    if (!refusals.test(error.code)) throw replyFailure(error, container.name);
    if (password === undefined) throw credentialsMissing(container, error.message);
    const who = user === undefined ? 'the password' : `the password of user "${user}"`;
    throw new HoldfastError(
      'credentials-rejected',
      `The server in container ${container.name} did not accept ${who} that the container names: ${error.message}`,
    );
  }
}

/** A refusal of the server as an error for people. */
export function replyFailure(error: ReplyError, container: string): HoldfastError {
  const words = `The server in container ${container} answered: ${error.message}`;
  switch (error.code) {
    case 'LOADING':
      return new HoldfastError('dump-failed', words, {
        hint: 'It has just been started and is still loading its data. Try again when it is done.',
      });
    case 'NOPERM':
      return new HoldfastError('credentials-rejected', words, {
        hint: 'Give the user the commands that Holdfast needs: INFO and SYNC for backups, more for restores.',
      });
    default:
      return new HoldfastError('dump-failed', words);
  }
}
