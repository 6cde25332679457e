import { z } from 'zod';
import { instantSchema } from './common.ts';
import { operationSchema } from './operations.ts';

/** How far a rotation has come with one repository. */
export const repositoryKeyStates = ['current', 'old-keys-left', 'not-followed'] as const;

/** The answer of `GET /v1/key`. Nothing in it helps to find the key. */
export const keyStatusSchema = z.object({
  /** Names the key: the same on the recovery kit. Random, not computed from the key. */
  id: z.string(),
  /** `missing`: the vault does not hold it, as after a rebuild. */
  state: z.enum(['unconfirmed', 'confirmed', 'missing']),
  origin: z.enum(['generated', 'chosen']),
  created: instantSchema,
  confirmed: z.object({ at: instantSchema, by: z.string() }).optional(),
  /**
   * Present while a rotation has not come to its end. `adding`: the repositories get the next key, the present one is
   * in force; `following`: the next key is in force, some repositories still have the one before.
   */
  rotation: z.enum(['adding', 'following']).optional(),
  repositories: z.array(
    z.object({
      source: z.string(),
      destination: z.string(),
      state: z.enum(repositoryKeyStates),
    }),
  ),
});
export type KeyStatus = z.infer<typeof keyStatusSchema>;

export const revealedKeySchema = z.object({ id: z.string(), key: z.string() });
export type RevealedKey = z.infer<typeof revealedKeySchema>;

const typedKeySchema = z.string().min(1).max(4096);
export const confirmKeySchema = z.object({ key: typedKeySchema });
export const adoptKeySchema = z.object({ password: typedKeySchema });
export const rotateKeySchema = z.object({ key: typedKeySchema.optional() });

/** The key after `POST /v1/key/adopt`, and the rotation to it where repositories have another one. */
export const adoptedKeySchema = z.object({ key: keyStatusSchema, operation: operationSchema.optional() });
export type AdoptedKey = z.infer<typeof adoptedKeySchema>;

/** What a person keeps to restore without Holdfast. */
export const recoveryKitSchema = z.object({
  /** Of the team key. */
  keyId: z.string(),
  password: z.string(),
  /** When this was put together. */
  time: instantSchema,
  repositories: z.array(
    z.object({
      source: z.string(),
      destination: z.string(),
      /** What `restic -r` takes. */
      repository: z.string(),
      /** Of a repository that has not followed a rotation: the key that opens it until then. */
      password: z.string().optional(),
      /** The variables that restic needs beside the password; secret values are left for the person to fill in. */
      environment: z.record(z.string(), z.string()),
      options: z.array(z.string()),
    }),
  ),
});
export type RecoveryKit = z.infer<typeof recoveryKitSchema>;

export const kitDocumentQuerySchema = z.object({
  format: z.enum(['html', 'text']),
  /** Whether the key stands in it, or a line to write it on. */
  key: z.stringbool().default(true),
});
export type KitDocumentQuery = z.infer<typeof kitDocumentQuerySchema>;

/** The query of `GET /v1/key/kit-page`. */
export const kitPageQuerySchema = z.object({
  format: z.enum(['html', 'text']).default('html'),
  /** Whether the key stands in it: only until it was confirmed. */
  key: z.stringbool().default(false),
});

/** The recovery kit as a page to print. */
export const kitDocumentSchema = z.object({ document: z.string() });
