import { type Role, roles } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { FastifyRequest } from 'fastify';
import type { HttpApp, Transport } from './http-app.ts';
import { refuseOtherOrigins } from './same-origin.ts';

/**
 * Who may use a route. `open`: anybody. A role: whoever has it or a later one. `person`: who signed in, whatever the
 * role; no token. `host`: only who may read the data directory, over its Unix socket; not even an owner from afar.
 */
export type Access = 'open' | Role | 'person' | 'host';

/** Who asks: the host's own user, a person who signed in, or a token. */
export interface Principal {
  readonly kind: 'host' | 'person' | 'token';
  /** Of the person or token; `host` for the host. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The id of the session, of a person. */
  readonly session?: string;
}

/** Whether a role allows what needs another. */
export function includesRole(has: Role, needed: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needed);
}

/** Finds out who asks. Undefined: nobody that is known. */
export type Authenticate = (request: FastifyRequest, transport: Transport) => Promise<Principal | undefined>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it; one that does not cannot be added. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Absent on open routes for who did not say who they are. */
    principal?: Principal;
    /** Whether it would be let through once more: sessions end, and tokens are removed, while long answers go on. */
    isStillAllowed(): Promise<boolean>;
  }
}

/** Lets a request through to what its route's access allows. To be called before any route is added. */
export function guardRoutes(
  app: HttpApp,
  {
    transport,
    authenticate,
    publicUrl,
  }: { transport: Transport; authenticate: Authenticate; publicUrl?: URL },
): void {
  app.decorateRequest('principal', undefined);
  app.decorateRequest('isStillAllowed', () => Promise.resolve(true));
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined)
      throw new Error(`${String(method)} ${url} does not say who may use it.`);
  });
  const guard = async (request: FastifyRequest) => {
    // Routes that do not exist have no configuration: only who is known learns that they do not.
    const access = request.routeOptions.config.access ?? 'viewer';
    request.principal = await authenticate(request, transport);
    if (access !== 'open') {
      assertAllowed(access, transport, request.principal);
      request.isStillAllowed = async () => {
        try {
          assertAllowed(access, transport, await authenticate(request, transport));
          return true;
        } catch {
          return false;
        }
      };
    }
    refuseOtherOrigins(request, publicUrl);
  };
  // Behind the hooks of plugins, which load later: what is refused carries their headers, too.
  app.after(() => app.addHook('onRequest', guard));
}

/** @throws HoldfastError `unauthorised`, `forbidden` */
function assertAllowed(
  access: Exclude<Access, 'open'>,
  transport: Transport,
  principal: Principal | undefined,
): void {
  if (principal === undefined) {
    throw new HoldfastError('unauthorised', 'The request carries no valid credential.');
  }
  if (access === 'host') {
    if (transport === 'socket' && principal.kind === 'host') return;
    throw new HoldfastError('forbidden', 'This is given out on the server itself only.');
  }
  if (access === 'person') {
    if (principal.kind === 'person') return;
    throw new HoldfastError('forbidden', 'This is for people who signed in.', {
      hint: 'Sign in by the web app.',
    });
  }
  if (!includesRole(principal.role, access)) {
    throw new HoldfastError(
      'forbidden',
      `This needs the role ${access}; ${principal.name} has ${principal.role}.`,
      {
        hint: 'Ask an owner of this Holdfast for the role.',
      },
    );
  }
}

/** Who asks, on a route that is not open. */
export function requirePrincipal({ principal }: FastifyRequest): Principal {
  if (principal === undefined)
    throw new HoldfastError('unauthorised', 'The request carries no valid credential.');
  return principal;
}
