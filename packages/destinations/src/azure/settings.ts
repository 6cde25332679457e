import { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import { hasControlCharacter } from '../names.ts';

export interface AzureSettings {
  readonly container: string;
  /** Folder inside the container, without slashes at its ends; empty for the whole container. */
  readonly prefix: string;
  /** Where the account is and what opens it: one of the two. */
  readonly access:
    | { readonly account: string; readonly key: Secret; readonly endpoint: string }
    | { readonly connectionString: Secret };
}

const text = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .refine((value) => !hasControlCharacter(value), 'must not hold control characters');
const secret = z
  .union([z.instanceof(Secret), text])
  .transform((value) => (value instanceof Secret ? value : new Secret(value)));

const enteredSchema = z.strictObject({
  container: text.regex(
    /^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/,
    'must be the name of a container: 3 to 63 lower-case letters, digits and hyphens',
  ),
  prefix: z
    .string()
    .default('')
    .transform((value) => value.replaceAll(/^\/+|\/+$/g, '')),
  account: text.regex(/^[a-z0-9]{3,24}$/, 'must be the name of a storage account').optional(),
  key: secret.optional(),
  connectionString: secret.optional(),
  endpoint: z.url({ protocol: /^https?$/, error: 'must be an address that begins with https://' }).optional(),
});

export const azureSettingsSchema: z.ZodType<AzureSettings> = enteredSchema.transform((entered, context) => {
  const { container, prefix, account, key, connectionString, endpoint } = entered;
  if (connectionString !== undefined) return { container, prefix, access: { connectionString } };
  if (account === undefined || key === undefined) {
    context.addIssue({ code: 'custom', message: 'account and key, or a connection string, are needed' });
    return z.NEVER;
  }
  const place = (endpoint ?? `https://${account}.blob.core.windows.net`).replace(/\/+$/, '');
  return { container, prefix, access: { account, key, endpoint: place } };
});
