import type { ContainerDetails } from '@holdfast/docker';
import { z } from 'zod';
import { readLabels } from '../container/label-settings.ts';

/** How to connect, where the conventions of the image do not say it. Holds no secret, only where to find it. */
export const connectionSettingsSchema = z.strictObject({
  /** Of the server's access control list; without it the default user. */
  user: z.string().min(1).optional(),
  /** Name of the container's variable that holds the password. */
  passwordEnv: z.string().min(1).optional(),
  /** File inside the container that holds the password. */
  passwordFile: z.string().startsWith('/', 'must be an absolute path').optional(),
  port: z.coerce.number().int().min(1).max(65_535).optional(),
});
export type ConnectionSettings = z.infer<typeof connectionSettingsSchema>;

/** How a server that was found or declared is found again. The name outlives the id when a container is remade. */
export const redisLocatorSchema = z.strictObject({
  container: z.strictObject({ id: z.string(), name: z.string() }),
  /** Declared by a person; they win over the container's labels, and those over conventions. */
  settings: connectionSettingsSchema.optional(),
});
export type RedisLocator = z.infer<typeof redisLocatorSchema>;

const settingOfLabel = {
  user: 'user',
  'password-env': 'passwordEnv',
  'password-file': 'passwordFile',
  port: 'port',
};

/** @throws HoldfastError `setting-invalid` naming the label, what it holds and what it accepts */
export function settingsFromLabels(labels: ContainerDetails['labels']): ConnectionSettings {
  return readLabels(labels, 'holdfast.redis.', settingOfLabel, connectionSettingsSchema);
}
