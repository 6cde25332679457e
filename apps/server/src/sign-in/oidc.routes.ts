import { oidcStateSchema } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { HttpApp } from '../http/http-app.ts';
import { visitorOf } from '../http/visitor.ts';
import type { Cookies } from '../sessions/session-cookie.ts';
import type { OidcService } from './oidc.service.ts';
import type { OpenSession } from './sign-in.routes.ts';
import type { SignInService } from './sign-in.service.ts';

export interface OidcRouteParts {
  readonly oidc: OidcService | undefined;
  readonly signIn: SignInService;
  readonly cookies: Cookies;
  readonly open: OpenSession;
}

const pendingCookie = 'holdfast_oidc';
const pendingSeconds = 600;

export function addOidcRoutes(app: HttpApp, { oidc, signIn, cookies, open }: OidcRouteParts): void {
  const required = () => {
    if (oidc !== undefined) return oidc;
    throw new HoldfastError('not-found', 'No identity provider is set up.', {
      hint: 'Set HOLDFAST_OIDC_ISSUER.',
    });
  };

  app.get(
    '/v1/oidc',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getIdentityProvider',
        summary: 'Whether people can sign in by an identity provider.',
        tags: ['sign-in'],
        response: { 200: oidcStateSchema },
      },
    },
    () => ({
      enabled: oidc !== undefined,
    }),
  );

  // A person looks at a page, not at an API: from here on they are sent to one, whatever happened.
  app.get(
    '/v1/oidc/start',
    { config: { access: 'open' }, schema: { hide: true } },
    async (request, reply) => {
      const service = required();
      try {
        const { url, pending } = await service.start();
        const kept = Buffer.from(JSON.stringify(pending)).toString('base64url');
        cookies.set(request, reply, pendingCookie, kept, pendingSeconds);
        return await reply.redirect(url.href);
      } catch (error) {
        return reply.redirect(`/sign-in?problem=${asHoldfastError(error).code}`);
      }
    },
  );

  app.get(
    '/v1/oidc/callback',
    { config: { access: 'open', changes: true }, schema: { hide: true } },
    async (request, reply) => {
      const service = required();
      const kept = parsePending(request.cookies[pendingCookie]);
      try {
        const giveBack = signIn.limitCodes(visitorOf(request));
        const person = await service.finish(request.url.replace(/^[^?]*/, ''), kept);
        giveBack();
        await open(request, reply, person, 'identity-provider');
        return await reply.redirect('/');
      } catch (error) {
        const { code } = asHoldfastError(error);
        request.about = { problem: code };
        return await reply.redirect(`/sign-in?problem=${code}`);
      }
    },
  );
}

function parsePending(cookie: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
