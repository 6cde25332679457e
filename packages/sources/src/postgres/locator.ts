import type { ContainerDetails } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';

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

/** How a server that was found or declared is found again. The name outlives the id when a container is remade. */
export const postgresLocatorSchema = z.strictObject({
  container: z.strictObject({ id: z.string(), name: z.string() }),
  /** Declared by a person; they win over the container's labels, and those over conventions. */
  settings: connectionSettingsSchema.optional(),
});
export type PostgresLocator = z.infer<typeof postgresLocatorSchema>;

const labelPrefix = 'holdfast.postgres.';
const settingOfLabel: Readonly<Record<string, keyof ConnectionSettings>> = {
  user: 'user',
  'password-env': 'passwordEnv',
  'password-file': 'passwordFile',
  database: 'database',
  port: 'port',
};

/** @throws HoldfastError `setting-invalid` naming the label, what it holds and what it accepts */
export function settingsFromLabels(labels: ContainerDetails['labels']): ConnectionSettings {
  const values: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels)) {
    if (!label.startsWith(labelPrefix)) continue;
    const setting = settingOfLabel[label.slice(labelPrefix.length)];
    if (setting === undefined) {
      throw new HoldfastError(
        'setting-invalid',
        `The container has a label "${label}", which means nothing to Holdfast.`,
        { hint: `Labels that are known: ${knownLabels().join(', ')}.` },
      );
    }
    values[setting] = value;
  }
  const parsed = connectionSettingsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const setting = String(issue?.path[0]);
  const label = Object.keys(settingOfLabel).find((name) => settingOfLabel[name] === setting) ?? setting;
  throw new HoldfastError(
    'setting-invalid',
    `The label "${labelPrefix}${label}" of the container is ${JSON.stringify(values[setting])}: ${issue?.message}.`,
    { hint: 'Correct the label, and make the container again.' },
  );
}

function knownLabels(): string[] {
  return Object.keys(settingOfLabel).map((name) => labelPrefix + name);
}
