import type { DeclareServer } from '@holdfast/contracts';
import type { DockerHost } from '@holdfast/docker';
import { HoldfastError, Secret, silentReporter } from '@holdfast/runtime';
import type { SourceKind } from '@holdfast/sources';
import type { Secrets } from './source-secrets.ts';

const tryWithinMs = 60_000;

export interface DeclaredServer {
  readonly locator: unknown;
  readonly secrets: Secrets;
}

/** What a person gave, as the kind takes it. @throws HoldfastError `invalid-input`, which names no value */
export function readDeclaration(kind: SourceKind<unknown>, request: DeclareServer): DeclaredServer {
  const { declaration } = kind;
  if (declaration === undefined) {
    throw new HoldfastError('invalid-input', `A source of kind ${kind.kind} cannot be declared.`);
  }
  const settings = declaration.settings.safeParse(request.settings);
  if (!settings.success) {
    const [issue] = settings.error.issues;
    throw new HoldfastError(
      'invalid-input',
      `${issue?.path.join('.') || 'settings'}: ${issue?.message ?? 'not valid'}`,
    );
  }
  const given = Object.entries(request.secrets ?? {});
  const unknown = given.find(([name]) => !declaration.secrets.includes(name));
  if (unknown !== undefined) {
    throw new HoldfastError('invalid-input', `A ${kind.kind} has no secret ${JSON.stringify(unknown[0])}.`);
  }
  return {
    locator: settings.data,
    secrets: Object.fromEntries(given.map(([name, value]) => [name, new Secret(value)])),
  };
}

/** Connects once, and changes nothing. @throws HoldfastError in the server's words when that cannot be done */
export async function tryServer(
  kind: SourceKind<unknown>,
  { locator, secrets }: DeclaredServer,
  id: string,
  docker: DockerHost,
): Promise<void> {
  await kind.examine?.(locator, {
    docker,
    dataPath: 'auto',
    secrets,
    operationId: `declare-${id}`,
    reporter: silentReporter,
    signal: AbortSignal.timeout(tryWithinMs),
  });
}
