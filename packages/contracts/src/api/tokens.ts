import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';
import { roleSchema } from './people.ts';

export const apiTokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  /** What it may do: its own role, or its maker's where that has become less. */
  role: roleSchema,
  /** Who made it; absent when that was done on the server itself. */
  madeBy: z.string().optional(),
  createdAt: instantSchema,
  expiresAt: instantSchema.optional(),
  /** To the minute. */
  lastUsed: instantSchema.optional(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

export const createApiTokenSchema = z.object({
  name: z.string().trim().min(1).max(100),
  /** At most that of who makes it. */
  role: roleSchema,
  /** Absent: until it is removed. */
  expiresInDays: z.number().int().min(1).max(3650).optional(),
});
export type CreateApiToken = z.infer<typeof createApiTokenSchema>;

/** `secret` goes into `Authorization: Bearer` and is shown this one time. */
export const createdApiTokenSchema = z.object({ token: apiTokenSchema, secret: z.string() });
export type CreatedApiToken = z.infer<typeof createdApiTokenSchema>;
