import type { DeclareSource } from '@holdfast/contracts';
import type { ApiProblem } from '../api/problem.ts';
import { nameProblem } from '../ui/name-problem.ts';

export const declarableKinds = [
  { value: 'directory', label: 'A folder' },
  { value: 'sqlite', label: 'A SQLite database' },
  { value: 'postgres', label: 'A PostgreSQL server' },
] as const;

export type DeclarableKind = (typeof declarableKinds)[number]['value'];

/** A declaration as the form holds it: text, as typed. */
export interface Declaration {
  readonly kind: DeclarableKind;
  readonly name: string;
  readonly environment: string;
  readonly path: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly sslMode: string;
  readonly password: string;
}

export type DeclarationField = keyof Declaration;
type Problems = Partial<Record<DeclarationField, string>>;

export const emptyDeclaration: Declaration = {
  kind: 'directory',
  name: '',
  environment: '',
  path: '',
  host: '',
  port: 5432,
  user: 'postgres',
  database: '',
  sslMode: '',
  password: '',
};

/** What is missing or cannot be, before the server is asked. */
export function problemsOf({ kind, name, environment, path, host, user }: Declaration): Problems {
  const server = kind === 'postgres';
  const problems: Problems = {};
  const badName = server || name !== '' ? nameProblem(name) : undefined;
  const badEnvironment = environment === '' ? undefined : nameProblem(environment);
  if (badName !== undefined) problems.name = badName;
  if (badEnvironment !== undefined) problems.environment = badEnvironment;
  if (!server && !path.startsWith('/')) problems.path = 'Give the whole path, from / on.';
  if (server && host === '') problems.host = 'Give the name or the address of the server.';
  if (server && user === '') problems.user = 'Give the user to connect as.';
  return problems;
}

export function requestOf(declaration: Declaration): DeclareSource {
  const { kind, path, host, port, user, password } = declaration;
  const name = given(declaration.name);
  const environment = given(declaration.environment);
  if (kind !== 'postgres') return { kind, path, name, environment };
  const database = given(declaration.database);
  const sslMode = given(declaration.sslMode);
  const settings = { host, port, user, ...(database && { database }), ...(sslMode && { sslMode }) };
  const secrets = password === '' ? undefined : { password };
  return { kind, name: declaration.name, environment, settings, secrets };
}

function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}

const fieldOfCode: Readonly<Record<string, DeclarationField>> = {
  conflict: 'name',
  'source-name-invalid': 'name',
  'source-unreadable': 'path',
  'source-unreachable': 'host',
  'credentials-rejected': 'password',
  'credentials-missing': 'password',
};

/** The field that a refusal of the server is about, of those that this kind has. */
export function fieldOf({ code }: ApiProblem, kind: DeclarableKind): DeclarationField | undefined {
  const field = fieldOfCode[code];
  const ofServer = field === 'host' || field === 'password';
  return (ofServer && kind !== 'postgres') || (field === 'path' && kind === 'postgres') ? undefined : field;
}
