import { HoldfastError } from '@holdfast/runtime';
import type { Destination } from './destination.ts';
import { localDestination } from './local/local.ts';
import { type RegisteredKind, registerKind } from './registered-kind.ts';
import { s3Destination } from './s3/s3.ts';

/** Every kind of destination by its name. The only file that knows them all. */
export const destinationKinds: ReadonlyMap<string, RegisteredKind> = new Map(
  [registerKind(localDestination), registerKind(s3Destination)].map((kind) => [kind.kind, kind]),
);

/** @throws HoldfastError `invalid-input` for a name that is no kind. */
export function destinationKind(name: string): RegisteredKind {
  const kind = destinationKinds.get(name);
  if (kind !== undefined) return kind;
  throw new HoldfastError('invalid-input', `There is no kind of destination named ${JSON.stringify(name)}.`, {
    hint: `Use one of: ${[...destinationKinds.keys()].join(', ')}.`,
  });
}

/**
 * A destination from its kind and its settings (as entered or as stored, secrets as text or as `Secret`).
 * @throws HoldfastError `invalid-input`
 */
export function openDestination(kind: string, settings: unknown): Destination {
  return destinationKind(kind).open(settings);
}
