import { type ErrorGroup, exitCodes } from './definition.ts';

export const accessErrors = {
  'sign-in-failed': {
    title: 'The e-mail address or the password is not right',
    status: 401,
    exit: exitCodes.refused,
    hint: 'Try again. On the server, `holdfast people reset-password EMAIL` gives a new way in.',
  },
  'second-factor-required': {
    title: 'A code of the second factor is needed',
    status: 401,
    exit: exitCodes.refused,
    hint: 'Give the code that the authenticator shows, or one of the recovery codes.',
  },
  'second-factor-wrong': {
    title: 'The code of the second factor is not right',
    status: 401,
    exit: exitCodes.refused,
    hint: 'Each code is good for one sign-in: wait for the next one, and check the clocks of both sides.',
  },
  'code-invalid': {
    title: 'The one-time code is not valid',
    status: 403,
    exit: exitCodes.refused,
    hint: 'Codes are used once and expire. Ask an owner for a new one; for set-up, see what `holdfast serve` printed last.',
  },
  'set-up-done': {
    title: 'This Holdfast is set up already',
    status: 409,
    exit: exitCodes.refused,
    hint: 'Sign in, or ask an owner for an invitation.',
  },
  'last-owner': {
    title: 'Somebody has to stay an owner',
    status: 409,
    exit: exitCodes.refused,
    hint: 'Make another person an owner first.',
  },
  'other-origin': {
    title: 'The request came from another site',
    status: 403,
    exit: exitCodes.refused,
    hint: 'Use the web app of this Holdfast, or an API token. Behind a proxy, set HOLDFAST_PUBLIC_URL.',
  },
  'too-many-attempts': {
    title: 'There were too many attempts',
    status: 429,
    exit: exitCodes.refused,
    hint: 'Wait as long as the header Retry-After says, then try again.',
  },
  'identity-provider-failed': {
    title: 'The identity provider did not vouch for the person',
    status: 502,
    exit: exitCodes.failed,
    hint: 'Try again; check the settings HOLDFAST_OIDC_* and that the provider can be reached from the server.',
  },
} as const satisfies ErrorGroup;
