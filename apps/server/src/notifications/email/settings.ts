import type { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import { certificateSetting, secretSetting, textSetting } from '../setting-schemas.ts';

export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly username?: string;
  readonly password?: Secret;
  readonly from: string;
  readonly to: readonly string[];
  /** PEM of the certificates that alone are trusted, for a server with a certificate of its own. */
  readonly caCertificate?: string;
}

const defaultPorts = { starttls: 587, tls: 465, none: 25 } as const;

const address = z.email({ error: 'must be addresses such as ops@example.com' });

/** Several addresses come as a list, or as one text with commas. */
const addresses = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
  z.array(address, { error: 'is needed' }).min(1, 'is needed').max(50, 'must be 50 addresses at most'),
);

export const emailSettings: z.ZodType<EmailSettings> = z
  .strictObject({
    host: textSetting.regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address'),
    port: z.coerce.number({ error: 'must be a number' }).int().min(1).max(65_535).optional(),
    security: z
      .enum(['starttls', 'tls', 'none'], { error: 'must be starttls, tls or none' })
      .default('starttls'),
    username: textSetting.optional(),
    password: secretSetting.optional(),
    from: address,
    to: addresses,
    caCertificate: certificateSetting.optional(),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: 'username and password go together',
  })
  .refine(({ security, password }) => security !== 'none' || password === undefined, {
    error: 'security: a password is not sent over a connection that is not encrypted',
  })
  .transform(({ port, ...rest }) => ({ ...rest, port: port ?? defaultPorts[rest.security] }));
