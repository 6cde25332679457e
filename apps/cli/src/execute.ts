import type { ExitCode } from '@holdfast/contracts';
import { ApiClient } from './api/api-client.ts';
import { remoteServer } from './api/remote-server.ts';
import type { CommandContext } from './command-context.ts';
import { exitCodeOf, failureOf } from './command-error.ts';
import type { Connection, Host } from './host.ts';
import { reportFailure } from './output/failure.ts';
import { createOutput } from './output/output.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly server?: string;
}

/** Runs one command, reports what it throws, and lets go of the server in every case. */
export async function execute(
  host: Host,
  options: GlobalOptions,
  command: (context: CommandContext) => Promise<ExitCode>,
): Promise<ExitCode> {
  const output = createOutput({ ...host, json: options.json ?? false });
  const dataDirectory = options.dataDir === undefined ? {} : { dataDirectory: options.dataDir };
  let connecting: Promise<Connection> | undefined;
  const client = async () => {
    connecting ??= connect(host, options.server, dataDirectory);
    return new ApiClient(await connecting);
  };
  try {
    return await command({ host, output, client, ...dataDirectory });
  } catch (error) {
    const failure = failureOf(error);
    reportFailure(output, failure);
    return exitCodeOf(failure.code);
  } finally {
    await close(connecting);
  }
}

async function connect(
  host: Host,
  server: string | undefined,
  dataDirectory: { readonly dataDirectory?: string },
): Promise<Connection> {
  const remote = remoteServer(server, host.environment);
  if (remote === undefined) return host.connect(dataDirectory);
  const { createHttpConnection } = await import('./api/http-connection.ts');
  return createHttpConnection(remote);
}

/** A connection that was never made needs no closing, and its error was reported already. */
async function close(connecting: Promise<Connection> | undefined): Promise<void> {
  const connection = await connecting?.catch(() => undefined);
  await connection?.close();
}
