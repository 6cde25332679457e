import type { ContainerDetails } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import type { z } from 'zod';

/**
 * The settings that labels with a prefix give.
 *
 * @param settingOfLabel by the label's name without the prefix, the name of the setting in the schema
 * @throws HoldfastError `setting-invalid` naming the label, what it holds and what it accepts
 */
export function readLabels<T>(
  labels: ContainerDetails['labels'],
  prefix: string,
  settingOfLabel: Readonly<Record<string, string>>,
  schema: z.ZodType<T>,
): T {
  const values: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels)) {
    if (!label.startsWith(prefix)) continue;
    const setting = settingOfLabel[label.slice(prefix.length)];
    if (setting === undefined) {
      const known = Object.keys(settingOfLabel).map((name) => prefix + name);
      throw new HoldfastError(
        'setting-invalid',
        `The container has a label "${label}", which means nothing to Holdfast.`,
        { hint: `Labels that are known: ${known.join(', ')}.` },
      );
    }
    values[setting] = value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const setting = String(issue?.path[0]);
  const label = Object.keys(settingOfLabel).find((name) => settingOfLabel[name] === setting) ?? setting;
  throw new HoldfastError(
    'setting-invalid',
    `The label "${prefix}${label}" of the container is ${JSON.stringify(values[setting])}: ${issue?.message}.`,
    { hint: 'Correct the label, and make the container again.' },
  );
}
