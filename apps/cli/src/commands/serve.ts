import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';

export interface ServeCommandOptions {
  readonly host?: string;
  readonly port?: string;
}

/** Serves until the process is told to stop. */
export async function serve(context: CommandContext, options: ServeCommandOptions): Promise<ExitCode> {
  const { dataDirectory } = context;
  await context.host.serve({
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: portOf(options.port) }),
  });
  return exitCodes.ok;
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CommandError('invalid-input', `--port takes a number from 0 to 65535, not "${text}".`);
}
