import { readFileSync } from 'node:fs';
import { CommandError } from '../command-error.ts';

export interface RemoteServer {
  readonly url: string;
  readonly token?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server elsewhere that a command is for, by `--server` or HOLDFAST_SERVER; undefined: the one of this host. Its
 * token comes from the environment or a file, so that no list of processes shows it.
 * @throws CommandError `setting-invalid`
 */
export function remoteServer(option: string | undefined, environment: Environment): RemoteServer | undefined {
  const given = option ?? environment['HOLDFAST_SERVER'];
  if (given === undefined || given === '') return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain =
    url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === undefined || !isPlain || !['http:', 'https:'].includes(url.protocol)) {
    // What it holds is not quoted: somebody may have put a password there.
    throw new CommandError('setting-invalid', 'The address of the server is not one.', {
      hint: 'Give it as https://holdfast.example.com, without a user or a query. The token belongs into HOLDFAST_TOKEN.',
    });
  }
  return { url: url.href.replace(/\/+$/, ''), token: tokenFrom(environment) };
}

function tokenFrom(environment: Environment): string | undefined {
  const file = environment['HOLDFAST_TOKEN_FILE'];
  if (file === undefined || file === '') return environment['HOLDFAST_TOKEN'];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new CommandError('setting-invalid', `HOLDFAST_TOKEN_FILE cannot be read: ${file}`, {
      cause: error,
    });
  }
}
