import { HoldfastError } from '@holdfast/runtime';
import { azureFileStore } from './azure/file-store.ts';
import { azureSettingsSchema } from './azure/settings.ts';
import type { Destination } from './destination.ts';
import type { FileStore } from './file-store.ts';
import { localFileStore } from './local/file-store.ts';
import { localDestination } from './local/local.ts';
import { localSettingsSchema } from './local/settings.ts';
import { parseSettings, type RegisteredKind, registerKind } from './registered-kind.ts';
import { s3FileStore } from './s3/file-store.ts';
import { s3Destination } from './s3/s3.ts';
import { s3SettingsSchema } from './s3/settings.ts';

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

export const fileStoreProviders = ['s3', 'azure', 'local'] as const;
export type FileStoreProvider = (typeof fileStoreProviders)[number];

const fileStores: Readonly<Record<FileStoreProvider, (settings: unknown) => FileStore>> = {
  s3: (settings) => s3FileStore(parseSettings('s3', s3SettingsSchema, settings)),
  azure: (settings) => azureFileStore(parseSettings('azure', azureSettingsSchema, settings)),
  local: (settings) => localFileStore(parseSettings('local', localSettingsSchema, settings).path),
};

/**
 * Storage for files of any size, from its settings as they were entered. Nothing is connected yet.
 * @throws HoldfastError `invalid-input`, naming each wrong setting but no secret
 */
export function openFileStore(provider: FileStoreProvider, settings: unknown): FileStore {
  return fileStores[provider](settings);
}
