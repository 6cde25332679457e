import { inspect } from 'node:util';

const redacted = '[redacted]';

/** A value that must not be printed. Only `reveal()` gives it away; logs, JSON and errors show `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}

export type SecretEnvironment = Readonly<Record<string, string | Secret>>;

/** The plain environment for a child process: the one place where secrets leave their wrapper. */
export function revealEnvironment(environment: SecretEnvironment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value instanceof Secret ? value.reveal() : value,
    ]),
  );
}

/** Replaces every secret value in a text that a foreign program wrote, before it is shown or stored. */
export function redact(text: string, secrets: Iterable<Secret>): string {
  let result = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value.length >= 4) result = result.replaceAll(value, redacted);
  }
  return result;
}
