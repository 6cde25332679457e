import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';
import { emailSchema, passwordSchema, roleSchema } from './people.ts';

const givenPasswordSchema = z.string().min(1).max(200);

export const signInSchema = z.object({
  email: emailSchema,
  password: givenPasswordSchema,
  /** A code of the authenticator, or a recovery code; wanted from who has a second factor. */
  totp: z.string().max(64).optional(),
});
export type SignIn = z.infer<typeof signInSchema>;

/** The answer of `GET /v1/session`: who asks, and what they may do. */
export const whoAmISchema = z.object({
  kind: z.enum(['host', 'person', 'token']),
  id: z.string(),
  name: z.string(),
  role: roleSchema,
});
export type WhoAmI = z.infer<typeof whoAmISchema>;

export const sessionSchema = z.object({
  id: idSchema,
  personId: idSchema,
  person: z.string(),
  method: z.enum(['password', 'identity-provider']),
  createdAt: instantSchema,
  /** To the minute. */
  lastUsed: instantSchema,
  /** However much it is used. */
  expiresAt: instantSchema,
  address: z.string().optional(),
  userAgent: z.string().optional(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;

export const sessionFilterSchema = z.object({
  /** Those of everybody: for owners. */
  everybody: z.stringbool().default(false),
});

export const changePasswordSchema = z.object({ current: givenPasswordSchema, next: passwordSchema });

/** The answer of `GET /v1/oidc`: whether people can sign in by an identity provider. */
export const oidcStateSchema = z.object({ enabled: z.boolean() });

export const startTotpSchema = z.object({ password: givenPasswordSchema });

/** The secret of an authenticator, shown once; it counts when a code has confirmed it. */
export const totpSecretSchema = z.object({ secret: z.string(), uri: z.string() });

export const confirmTotpSchema = z.object({ code: z.string().min(1).max(64) });

/** Shown once; each signs in one time in place of a code. */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });
