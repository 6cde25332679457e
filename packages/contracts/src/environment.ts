import { z } from 'zod';
import { idSchema, instantSchema } from './api/common.ts';

export const environmentFormat = 1;

const stringsSchema = z.record(z.string(), z.string());
/** In the words of the engine's API, as it gave them and takes them back. */
const engineWordsSchema = z.record(z.string(), z.unknown());

/** One container, as it was made. */
export const definedContainerSchema = z.looseObject({
  name: z.string(),
  /** The Compose service. */
  service: z.string().optional(),
  /** Only what ran is started again. */
  running: z.boolean(),
  /** As the container was declared with it: most often `name:tag`. */
  image: z.string(),
  imageId: z.string(),
  /** `name@sha256:…`, where the image came from a registry: it can be pulled by it. */
  imageDigests: z.array(z.string()),
  /** Names of containers that have to be started first, and whether they have to be healthy. */
  dependsOn: z.array(z.object({ container: z.string(), healthy: z.boolean() })),
  /**
   * What the engine's API takes to create it: `Config` at the top, `HostConfig`, `NetworkingConfig` with the network
   * that it is created in. What it has from its image is left out, and other containers are named, not numbered.
   */
  create: engineWordsSchema,
  /** The further networks that it is connected to after it was created, by name, with its endpoint's settings. */
  networks: z.record(z.string(), engineWordsSchema),
});
export type DefinedContainer = z.infer<typeof definedContainerSchema>;

export const definedNetworkSchema = z.looseObject({
  name: z.string(),
  /** Made by somebody else (another project, a person): the environment only uses it. */
  external: z.boolean(),
  create: engineWordsSchema,
});
export type DefinedNetwork = z.infer<typeof definedNetworkSchema>;

export const definedVolumeSchema = z.looseObject({
  name: z.string(),
  /** As of a network. */
  external: z.boolean(),
  driver: z.string(),
  labels: stringsSchema,
  options: stringsSchema,
});
export type DefinedVolume = z.infer<typeof definedVolumeSchema>;

const ownedPathSchema = z.looseObject({
  path: z.string(),
  mode: z.number(),
  uid: z.number(),
  gid: z.number(),
});
export const definedFileSchema = ownedPathSchema.extend({ base64: z.string() });
export type DefinedFile = z.infer<typeof definedFileSchema>;

/** The snapshot of one source that was taken with the others. */
export const environmentMemberSchema = z.looseObject({
  sourceId: idSchema,
  source: z.string(),
  kind: z.string(),
  /** Below `restic/` in the destination. */
  repository: z.string().optional(),
  snapshotId: idSchema.optional(),
  manifestResticId: z.string().optional(),
  /** Why it is missing in this recovery point. */
  error: z.string().optional(),
});
export type EnvironmentMember = z.infer<typeof environmentMemberSchema>;

/**
 * How an environment was built, stored encrypted beside its data. It holds the containers' environments, secrets
 * included: it lives in repositories and in memory, never in Holdfast's own database, its API, logs or errors.
 * Readers must accept fields they do not know.
 */
export const environmentDefinitionSchema = z.looseObject({
  format: z.literal(environmentFormat),
  environment: z.string(),
  /** The Compose project, where it is one. */
  project: z.string().optional(),
  time: instantSchema,
  containers: z.array(definedContainerSchema),
  networks: z.array(definedNetworkSchema),
  volumes: z.array(definedVolumeSchema),
  /** Small files that belong to it: the Compose file, files that are mounted by themselves. */
  files: z.array(definedFileSchema),
  /** Folders that are mounted, without their content: a container cannot be made where one is missing. */
  folders: z.array(ownedPathSchema),
  /** What could not be read, in sentences. */
  warnings: z.array(z.string()),
  /** Of the engine (`docker`) and of the images, by container. */
  versions: stringsSchema,
  /** The snapshots that were taken together. */
  members: z.array(environmentMemberSchema),
});
export type EnvironmentDefinition = z.infer<typeof environmentDefinitionSchema>;

/** `partial`: a member is missing in it. */
export const recoveryPointStates = ['complete', 'partial'] as const;

export const recoveryPointMemberSchema = z.object({
  sourceId: idSchema,
  source: z.string(),
  kind: z.string(),
  /** Absent when it failed, or when it was removed since. */
  snapshotId: idSchema.optional(),
  /** Why it failed. */
  error: z.string().optional(),
  /** A restore of its snapshot was compared and found equal. */
  proven: z.boolean().optional(),
});
export type RecoveryPointMember = z.infer<typeof recoveryPointMemberSchema>;

/** The snapshots of one environment taken together, as the API shows them. */
export const recoveryPointSchema = z.object({
  id: idSchema,
  environment: z.string(),
  destination: z.string(),
  /** That of its oldest snapshot: what was written later may be missing. */
  time: instantSchema,
  state: z.enum(recoveryPointStates),
  /** The pass that took it. */
  operationId: idSchema,
  members: z.array(recoveryPointMemberSchema),
  /** Where the definition of the environment is kept, a source of its own. */
  definition: recoveryPointMemberSchema,
});
export type RecoveryPoint = z.infer<typeof recoveryPointSchema>;

/** The query of `GET /v1/recovery-points`, newest first. */
export const recoveryPointFilterSchema = z.object({
  environment: z.string().min(1).optional(),
  destination: z.string().min(1).optional(),
  /** Only those that this pass took. */
  operationId: idSchema.optional(),
  /** Only those of this time or later. */
  since: instantSchema.optional(),
  /** Only those of a time before this. */
  before: instantSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().optional(),
});
export type RecoveryPointFilter = z.infer<typeof recoveryPointFilterSchema>;
