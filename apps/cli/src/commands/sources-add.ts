import path from 'node:path';
import { type DeclareSource, declareSourceSchema, type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';
import { askForSecret, readSecretFromFile } from '../prompts/read-secret.ts';

export interface AddSourceOptions {
  readonly name?: string;
  readonly environment?: string;
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  readonly database?: string;
  readonly sslMode?: string;
  readonly passwordFile?: string;
}

const passwordVariable = 'HOLDFAST_SOURCE_PASSWORD';
const serverKinds: readonly string[] = ['postgres'];

/** Declares a source that discovery cannot find: a folder, a SQLite file, or a server in no container. */
export async function addSource(
  context: CommandContext,
  kind: string,
  file: string | undefined,
  options: AddSourceOptions,
): Promise<ExitCode> {
  const request = serverKinds.includes(kind)
    ? await serverRequest(context, kind, file, options)
    : pathRequest(kind, file, options);
  const source = await (await context.client()).declareSource(request);
  if (context.output.json) context.output.document(source);
  else context.output.line(markup`Added ${source.name}. Back it up with: holdfast backup ${source.name}`);
  return exitCodes.ok;
}

function pathRequest(kind: string, file: string | undefined, options: AddSourceOptions): DeclareSource {
  const { name, environment, ...others } = options;
  if (file === undefined) throw invalid('path: none was given');
  const [unsuitable] = Object.keys(others);
  if (unsuitable !== undefined) throw invalid(`${unsuitable}: does not suit a ${kind}`);
  // The server may run in another folder: a path is relative to where the person is.
  return parseRequest({ kind, path: path.resolve(file), name, environment });
}

async function serverRequest(
  context: CommandContext,
  kind: string,
  file: string | undefined,
  options: AddSourceOptions,
): Promise<DeclareSource> {
  const { name, environment, host, port, user = 'postgres', database, sslMode } = options;
  if (file !== undefined) throw invalid(`path: a ${kind} has none; give its address with --host`);
  if (host === undefined) throw invalid('host: none was given');
  if (name === undefined) throw invalid('name: none was given');
  const settings = { host, user, database, sslMode, port: port === undefined ? undefined : Number(port) };
  const request = { kind, name, environment, settings };
  // What is wrong with it is said before a password is asked for.
  parseRequest(request);
  const password = await readPassword(context, options);
  return parseRequest({ ...request, secrets: password === '' ? {} : { password } });
}

/** Never from the command line: every user of the machine can read those. Empty where the server asks for none. */
async function readPassword(context: CommandContext, { passwordFile }: AddSourceOptions): Promise<string> {
  if (passwordFile !== undefined) return await readSecretFromFile(passwordFile);
  const variable = context.host.environment[passwordVariable];
  if (variable !== undefined) return variable;
  return await askForSecret(context, 'password', `Use --password-file, or the variable ${passwordVariable}.`);
}

function parseRequest(request: object): DeclareSource {
  const parsed = declareSourceSchema.safeParse(request);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`);
}

function invalid(detail: string): CommandError {
  return new CommandError('invalid-input', detail, {
    hint: 'holdfast sources add --help shows the kinds, what each takes and what a name may look like.',
  });
}
