import type { EnvironmentDefinition } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError, redact, Secret } from '@holdfast/runtime';

/** Shorter values (`true`, `5432`) are no secrets, and taking them out would make a message unreadable. */
const shortestSecret = 6;

/** An error whose text may repeat what the engine was sent, without the values of environments and commands. */
export function withoutSecrets(error: unknown, definition: EnvironmentDefinition): HoldfastError {
  const original = asHoldfastError(error, 'docker-failed');
  const detail = redact(original.message, secretsOf(definition));
  if (detail === original.message) return original;
  // Not its cause, which says the same in the engine's words.
  return new HoldfastError(original.code, detail, { hint: original.hint });
}

function secretsOf({ containers, networks, volumes }: EnvironmentDefinition): Secret[] {
  const names = [...containers, ...networks, ...volumes].map(({ name }) => name);
  const values = containers.flatMap(({ create }) => [
    ...stringsOf(create['Env']).map((entry) => entry.slice(entry.indexOf('=') + 1)),
    ...stringsOf(create['Cmd']),
    ...stringsOf(create['Entrypoint']),
  ]);
  return [...new Set(values)]
    .filter((value) => value.length >= shortestSecret && !names.some((name) => name.includes(value)))
    .map((value) => new Secret(value));
}

const stringsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
