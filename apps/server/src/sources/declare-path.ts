import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { DeclarePath } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { SourceKind } from '@holdfast/sources';
import type { DeclaredServer } from './declare-server.ts';
import { nameOf } from './names.rules.ts';

export interface DeclaredPath extends DeclaredServer {
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  readonly path: string;
}

/** What a person gave, as the kind takes it. @throws HoldfastError `invalid-input`, `source-name-invalid` */
export function readPath(kind: SourceKind<unknown>, request: DeclarePath): DeclaredPath {
  if (!path.isAbsolute(request.path)) {
    throw new HoldfastError(
      'invalid-input',
      `The path must be absolute; it is ${JSON.stringify(request.path)}.`,
    );
  }
  const place = path.resolve(request.path);
  const locator = kind.locator.safeParse({ path: place });
  if (!locator.success) throw new HoldfastError('invalid-input', `${place} does not suit a ${kind.kind}.`);
  const name = request.name ?? nameFromPath(place);
  const { environment = name } = request;
  return { name, kind: kind.kind, environment, path: place, locator: locator.data, secrets: {} };
}

/** Why what lies there cannot be read; undefined where it can. */
export async function unreadable(place: string): Promise<string | undefined> {
  try {
    await access(place, constants.R_OK);
    return undefined;
  } catch (error) {
    return `${place} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** @throws HoldfastError `source-name-invalid` when the path gives no usable name */
function nameFromPath(place: string): string {
  const name = nameOf([path.basename(place)], '');
  if (name !== '') return name;
  throw new HoldfastError('source-name-invalid', `${place} gives no usable name; give one yourself.`);
}
