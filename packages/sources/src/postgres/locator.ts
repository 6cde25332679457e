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

/** In a container. The name outlives the id when a container is remade. */
const containerLocatorSchema = z.strictObject({
  container: z.strictObject({ id: z.string(), name: z.string() }),
  /** Declared by a person; they win over the container's labels, and those over conventions. */
  settings: connectionSettingsSchema.optional(),
});
export type ContainerLocator = z.infer<typeof containerLocatorSchema>;

/** Of libpq; what each of them checks is in PostgreSQL's manual, "SSL Support". */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** A server that is reached by TCP, in no container that Holdfast knows. Its password is a secret of the declaration. */
export const networkServerSchema = z.strictObject({
  /** One name or address: libpq would read a list at a comma, and a socket at a slash or an at sign. */
  host: z.string().regex(/^[A-Za-z0-9_:][A-Za-z0-9._:%-]*$/, 'must be a host name or an IP address'),
  port: z.int().min(1).max(65_535).default(5432),
  user: z.string().min(1),
  /** Only this database is backed up. */
  database: z.string().min(1).optional(),
  /** Without it libpq's own default holds: encrypted where the server can, checked by nobody. */
  sslMode: z.enum(sslModes).optional(),
});
const networkLocatorSchema = z.strictObject({ network: networkServerSchema });
export type NetworkLocator = z.infer<typeof networkLocatorSchema>;

/** How a server that was found or declared is found again. */
export const postgresLocatorSchema = z.union([containerLocatorSchema, networkLocatorSchema]);
export type PostgresLocator = z.infer<typeof postgresLocatorSchema>;

/** What a person calls it. */
export function nameOfLocator(locator: PostgresLocator): string {
  if ('container' in locator) return locator.container.name;
  const { host, port } = locator.network;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const settingOfLabel: Readonly<Record<string, keyof ConnectionSettings>> = {
  user: 'user',
  'password-env': 'passwordEnv',
  'password-file': 'passwordFile',
  database: 'database',
  port: 'port',
};

/** @throws HoldfastError `setting-invalid` naming the label, what it holds and what it accepts */
export function settingsFromLabels(labels: ContainerDetails['labels']): ConnectionSettings {
  return readLabels(labels, 'holdfast.postgres.', settingOfLabel, connectionSettingsSchema);
}
