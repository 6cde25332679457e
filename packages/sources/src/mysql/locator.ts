import type { ContainerDetails } from '@holdfast/docker';
import { z } from 'zod';
import { readLabels } from '../container/label-settings.ts';

/** How to connect, where the conventions of the image do not say it. Holds no secret, only where to find it. */
export const connectionSettingsSchema = z.strictObject({
  user: z.string().min(1).optional(),
  /** Name of the container's variable that holds the password. */
  passwordEnv: z.string().min(1).optional(),
  /** File inside the container that holds the password. */
  passwordFile: z.string().startsWith('/', 'must be an absolute path').optional(),
  /** Only this database is backed up. */
  database: z.string().min(1).optional(),
  port: z.coerce.number().int().min(1).max(65_535).optional(),
});
export type ConnectionSettings = z.infer<typeof connectionSettingsSchema>;

/** How a server that was found is found again. The name outlives the id when a container is remade. */
export const mysqlLocatorSchema = z.strictObject({
  container: z.strictObject({ id: z.string(), name: z.string() }),
  /** Declared by a person; they win over the container's labels, and those over conventions. */
  settings: connectionSettingsSchema.optional(),
});
export type MysqlLocator = z.infer<typeof mysqlLocatorSchema>;

const settingOfLabel: Readonly<Record<string, keyof ConnectionSettings>> = {
  user: 'user',
  'password-env': 'passwordEnv',
  'password-file': 'passwordFile',
  database: 'database',
  port: 'port',
};

/** @throws HoldfastError `setting-invalid` naming the label, what it holds and what it accepts */
export function settingsFromLabels(labels: ContainerDetails['labels']): ConnectionSettings {
  return readLabels(labels, 'holdfast.mysql.', settingOfLabel, connectionSettingsSchema);
}
