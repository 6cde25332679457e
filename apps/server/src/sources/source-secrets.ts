import { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { SecretKeeper } from '../vault/vault.service.ts';

/** By the names in the declaration of their kind. */
export type Secrets = Readonly<Record<string, Secret>>;

/** What a person declared with a source and nobody may read: in the vault, beside no record of the source. */
export function createSourceSecrets(vault: SecretKeeper) {
  return {
    async put(sourceId: string, secrets: Secrets): Promise<void> {
      const revealed = Object.fromEntries(
        Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]),
      );
      await vault.put(secretName(sourceId), new Secret(JSON.stringify(revealed)));
    },

    /** Undefined where none were declared. */
    async get(sourceId: string): Promise<Secrets | undefined> {
      const kept = await vault.get(secretName(sourceId));
      if (kept === undefined) return undefined;
      const revealed = z.record(z.string(), z.string()).parse(JSON.parse(kept.reveal()));
      return Object.fromEntries(Object.entries(revealed).map(([name, value]) => [name, new Secret(value)]));
    },

    remove: (sourceId: string): Promise<void> => vault.remove(secretName(sourceId)),
  };
}
export type SourceSecrets = ReturnType<typeof createSourceSecrets>;

const secretName = (sourceId: string) => `source:${sourceId}`;
