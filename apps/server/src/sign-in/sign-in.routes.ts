import { changePasswordSchema, signInSchema, whoAmISchema } from '@holdfast/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import { visitorOf } from '../http/visitor.ts';
import type { PeopleService } from '../people/people.service.ts';
import type { StoredPerson } from '../people/person.ts';
import { type Cookies, readSessionCookie } from '../sessions/session-cookie.ts';
import type { SessionsService } from '../sessions/sessions.service.ts';
import type { SignInService } from './sign-in.service.ts';

export interface SignInRouteParts {
  readonly signIn: SignInService;
  readonly people: PeopleService;
  readonly sessions: SessionsService;
  readonly cookies: Cookies;
  readonly open: OpenSession;
}

export type OpenSession = ReturnType<typeof createOpenSession>;

/** Signs a person in, in this browser: under a new token, and nobody else there any more. */
export function createOpenSession({ sessions, cookies }: Pick<SignInRouteParts, 'sessions' | 'cookies'>) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    { id, name, role }: StoredPerson,
    method: 'password' | 'identity-provider',
  ) => {
    if (request.principal?.session !== undefined) await sessions.revoke(request.principal.session);
    cookies.signIn(request, reply, await sessions.start(id, method, visitorOf(request)));
    // From here on it is this person's request, for the audit log, too.
    request.principal = { kind: 'person', id, name, role };
    return request.principal;
  };
}

export function addSignInRoutes(app: HttpApp, parts: SignInRouteParts): void {
  const { signIn, people, sessions, cookies, open } = parts;
  app.post(
    '/v1/session',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'signIn',
        summary: 'Signs a person in.',
        tags: ['sign-in'],
        problems: [
          'sign-in-failed',
          'second-factor-required',
          'second-factor-wrong',
          'too-many-attempts',
          'other-origin',
        ],
        body: signInSchema,
        response: { 200: whoAmISchema },
      },
    },
    async (request, reply) => {
      // Only an address that exists: people type their passwords into the wrong field.
      const tried = await people.byEmail(request.body.email);
      if (tried !== undefined) request.about = { person: tried.id, email: tried.email };
      return open(request, reply, await signIn.byPassword(request.body, visitorOf(request)), 'password');
    },
  );

  app.get(
    '/v1/session',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'whoAmI',
        summary: 'Who asks.',
        tags: ['sign-in'],
        response: { 200: whoAmISchema },
      },
    },
    async (request) => requirePrincipal(request),
  );

  app.delete(
    '/v1/session',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'signOut',
        summary: 'Signs out.',
        tags: ['sign-in'],
        problems: ['other-origin'],
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      if (request.principal?.session !== undefined) await sessions.revoke(request.principal.session);
      if (readSessionCookie(request) !== undefined) cookies.signOut(request, reply);
      return reply.status(204).send();
    },
  );

  app.post(
    '/v1/password',
    {
      config: { access: 'person' },
      schema: {
        operationId: 'changePassword',
        summary: 'Sets a new password.',
        tags: ['sign-in'],
        problems: ['sign-in-failed', 'too-many-attempts'],
        body: changePasswordSchema,
        response: { 200: whoAmISchema },
      },
    },
    async (request, reply) => {
      const { id } = requirePrincipal(request);
      const person = await signIn.confirmPassword(id, request.body.current, visitorOf(request));
      await people.setPassword(id, request.body.next);
      return open(request, reply, person, 'password');
    },
  );
}
