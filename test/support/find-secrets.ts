import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface NamedSecret {
  readonly name: string;
  readonly value: string | Uint8Array;
}

export interface FoundSecret {
  readonly secret: string;
  /** Raw, or how it was written. */
  readonly form: string;
  /** The file, or what else was searched. */
  readonly place: string;
}

/** Searches bytes for secrets, raw and in every form in which one is usually written down. */
export class SecretSearch {
  readonly #needles: readonly { secret: string; form: string; bytes: Buffer }[];
  #bytes = 0;

  constructor(secrets: readonly NamedSecret[]) {
    this.#needles = secrets.flatMap(({ name, value }) => {
      const raw = Buffer.from(value);
      if (raw.length < 8) throw new Error(`${name} is too short to be searched for`);
      return Object.entries(formsOf(raw)).map(([form, bytes]) => ({ secret: name, form, bytes }));
    });
  }

  /** How much was searched so far: a search of nothing finds nothing. */
  get bytesSearched(): number {
    return this.#bytes;
  }

  in(place: string, content: Uint8Array | string): FoundSecret[] {
    const bytes = Buffer.from(content);
    this.#bytes += bytes.length;
    return this.#needles
      .filter((needle) => bytes.includes(needle.bytes))
      .map(({ secret, form }) => ({ secret, form, place }));
  }

  async inFiles(files: readonly string[]): Promise<FoundSecret[]> {
    const found: FoundSecret[] = [];
    for (const file of files) found.push(...this.in(file, await readFile(file)));
    return found;
  }

  /** In the names and contents of all files below a folder. @param except whole paths that are left out */
  async below(folder: string, except: readonly string[] = []): Promise<FoundSecret[]> {
    const found: FoundSecret[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      found.push(...this.in(`the name ${file}`, file));
      if (entry.isFile() && !except.includes(file)) found.push(...this.in(file, await readFile(file)));
    }
    return found;
  }
}

/** base64 of a text that a secret is a part of depends on where in it the secret begins: hence three offsets. */
function formsOf(raw: Buffer): Record<string, Buffer> {
  const hex = raw.toString('hex');
  const forms: Record<string, Buffer> = {
    raw,
    hex: Buffer.from(hex),
    HEX: Buffer.from(hex.toUpperCase()),
    reversed: Buffer.from(raw).reverse(),
  };
  for (const offset of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(offset), raw]);
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = padded.toString(encoding).replaceAll('=', '');
      // The first and last letters mix with what stands beside the secret.
      forms[`${encoding} at ${offset}`] = Buffer.from(text.slice(offset === 0 ? 0 : offset + 1, -1));
    }
  }
  return forms;
}
