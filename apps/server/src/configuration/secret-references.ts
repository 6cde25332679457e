import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Configuration, type SecretReference, secretReferenceSchema } from '@holdfast/contracts';
import { HoldfastError, Secret } from '@holdfast/runtime';
import type { SecretPlaces } from '../config.ts';
import type { Problems } from './problems.ts';

type Settings = Configuration['destinations'][string]['settings'];

const variablesFromAfar = /^HOLDFAST_SECRET_/;
const largestSecret = 64 * 1024;

/**
 * Takes secrets from where a document refers to. Who may use this host's own credential could read all of that anyway;
 * whoever asks from afar gets only what was put there to be taken, or they could send themselves any file of the host.
 */
export class SecretResolver {
  readonly #places: SecretPlaces;
  readonly #fromHost: boolean;

  constructor(places: SecretPlaces, fromHost: boolean) {
    this.#places = places;
    this.#fromHost = fromHost;
  }

  /**
   * @param stored what the vault has for it
   * @throws HoldfastError `invalid-input`, which names the place and no value
   */
  async resolve(reference: SecretReference, stored: string | undefined): Promise<Secret> {
    if ('fromEnvironment' in reference) return this.#variable(reference.fromEnvironment);
    if ('fromFile' in reference) return this.#file(reference.fromFile);
    if (stored !== undefined) return new Secret(stored);
    throw new HoldfastError(
      'invalid-input',
      'No such secret is in the vault; take it from fromEnvironment or fromFile.',
    );
  }

  /**
   * Settings with what they refer to in its place.
   * @returns undefined where something could not be had; that is a problem then
   */
  async fill(
    settings: Settings,
    stored: Readonly<Record<string, string>>,
    place: readonly string[],
    problems: Problems,
  ): Promise<Record<string, unknown> | undefined> {
    const before = problems.all.length;
    const known = new Map(Object.entries(stored));
    const filled: [string, unknown][] = [];
    for (const [name, value] of Object.entries(settings)) {
      const reference = secretReferenceSchema.safeParse(value);
      const found = reference.success
        ? await problems.attempt([...place, name], () => this.resolve(reference.data, known.get(name)))
        : value;
      filled.push([name, found]);
    }
    return problems.all.length > before ? undefined : Object.fromEntries(filled);
  }

  #variable(name: string): Secret {
    if (!this.#fromHost && !variablesFromAfar.test(name)) {
      throw new HoldfastError(
        'invalid-input',
        `The variable ${name} is not given out over the network; its name has to begin with HOLDFAST_SECRET_.`,
      );
    }
    const secret = this.#places.variable(name);
    if (secret !== undefined) return secret;
    throw new HoldfastError('invalid-input', `The variable ${name} is not set where the server runs.`);
  }

  async #file(name: string): Promise<Secret> {
    if (!path.isAbsolute(name))
      throw new HoldfastError('invalid-input', 'The path of a secret must be absolute.');
    // Before anything is looked at: whether a file is there is nobody's business either.
    const given = path.resolve(name);
    if (!this.#fromHost && !this.#places.folders.some((folder) => isWithin(folder, given)))
      throw this.#outside();
    try {
      const real = await realpath(given);
      if (!this.#fromHost) {
        const folders = await Promise.all(
          this.#places.folders.map((folder) => realpath(folder).catch(() => folder)),
        );
        if (!folders.some((folder) => isWithin(folder, real))) throw this.#outside();
      }
      return await readSecret(real);
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new HoldfastError('invalid-input', `The file with the secret cannot be read: ${why}`, {
        cause: error,
      });
    }
  }

  #outside(): HoldfastError {
    return new HoldfastError(
      'invalid-input',
      `Over the network, secrets are taken only from files in ${this.#places.folders.join(' and ')}.`,
    );
  }
}

/** A secret that stands in the settings as it is. */
export function refuseLiterals(
  settings: Settings,
  secretNames: Iterable<string>,
  place: readonly string[],
  problems: Problems,
): boolean {
  const given = new Map(Object.entries(settings));
  const before = problems.all.length;
  for (const name of secretNames) {
    const value = given.get(name);
    if (value === undefined || secretReferenceSchema.safeParse(value).success) continue;
    problems.add(
      [...place, name],
      'is a secret, and must not stand in the file; give fromEnvironment, fromFile or stored.',
    );
  }
  return problems.all.length > before;
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

async function readSecret(file: string): Promise<Secret> {
  // Without O_NONBLOCK a pipe would hold up the request until somebody writes.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > largestSecret)
      throw new Error('it is no file, or too large for a secret');
    const content = (await handle.readFile('utf8')).trim();
    if (content === '') throw new Error('it is empty');
    return new Secret(content);
  } finally {
    await handle.close();
  }
}
