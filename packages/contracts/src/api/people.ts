import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';

/** What people and tokens may do, each with all that stands before it. */
export const roles = ['viewer', 'operator', 'admin', 'owner'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** Compared without regard to case; kept in small letters. */
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());

const nameSchema = z.string().trim().min(1).max(100);

/** Length is what counts: no rules about kinds of characters, which make passwords worse. */
export const passwordSchema = z.string().min(12).max(200);

/** What stands in for a password that is given, not chosen: any length is tried, within reason. */
const givenSecretSchema = z.string().min(1).max(200);

export const personSchema = z.object({
  id: idSchema,
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  /** `invited` until they have a way to sign in. */
  state: z.enum(['invited', 'active']),
  /** Whether signing in by password wants a second factor. */
  secondFactor: z.boolean(),
  /** Whether they have signed in by the identity provider. */
  identityProvider: z.boolean(),
  createdAt: instantSchema,
  lastSignIn: instantSchema.optional(),
});
export type Person = z.infer<typeof personSchema>;

export const invitePersonSchema = z.object({ email: emailSchema, name: nameSchema, role: roleSchema });
export type InvitePerson = z.infer<typeof invitePersonSchema>;

/** What lets somebody choose a password, once. It is shown this one time. */
export const invitationSchema = z.object({
  person: personSchema,
  code: z.string(),
  /** Where the code can be used in a browser, when HOLDFAST_PUBLIC_URL says where that is. */
  link: z.string().optional(),
  expiresAt: instantSchema,
});
export type Invitation = z.infer<typeof invitationSchema>;

export const changePersonSchema = z
  .object({ name: nameSchema, role: roleSchema })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change');
export type ChangePerson = z.infer<typeof changePersonSchema>;

/** What people change of themselves. */
export const changeAccountSchema = z.object({ name: nameSchema });

export const resetPasswordSchema = z.object({
  /** Also switches the second factor off, for who lost that, too. */
  forgetSecondFactor: z.boolean().default(false),
});
export type ResetPassword = z.infer<typeof resetPasswordSchema>;

export const acceptInvitationSchema = z.object({ code: givenSecretSchema, password: passwordSchema });
export type AcceptInvitation = z.infer<typeof acceptInvitationSchema>;

/** The answer of `GET /v1/setup`: whether this Holdfast still waits for its first person. */
export const setUpStateSchema = z.object({ needed: z.boolean() });

export const setUpSchema = z.object({
  /** What `holdfast serve` printed when it started. */
  code: givenSecretSchema,
  email: emailSchema,
  name: nameSchema,
  password: passwordSchema,
});
export type SetUp = z.infer<typeof setUpSchema>;
