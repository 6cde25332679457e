import { HoldfastError } from '@holdfast/runtime';
import type { FastifyRequest } from 'fastify';
import type { HttpApp, Transport } from './http-app.ts';

/** What people and tokens may do, each with all that stands before it. */
export const roles = ['viewer', 'operator', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/**
 * Who may use a route. `open`: anybody. A role: whoever has it or a later one. `host`: only who may read the data
 * directory, over its Unix socket; not even an owner from afar.
 */
export type Access = 'open' | Role | 'host';

/** Who asks: the host's own user, a person who signed in, or a token. */
export interface Principal {
  readonly kind: 'host' | 'person' | 'token';
  /** Of the person or token; `host` for the host. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
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
  }
}

/** Lets a request through to what its route's access allows. To be called before any route is added. */
export function guardRoutes(app: HttpApp, transport: Transport, authenticate: Authenticate): void {
  app.decorateRequest('principal', undefined);
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined)
      throw new Error(`${String(method)} ${url} does not say who may use it.`);
  });
  app.addHook('onRequest', async (request) => {
    // Routes that do not exist have no configuration: only who is known learns that they do not.
    const access = request.routeOptions.config.access ?? 'viewer';
    request.principal = await authenticate(request, transport);
    if (access !== 'open') assertAllowed(access, transport, request.principal);
  });
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
  if (roles.indexOf(principal.role) < roles.indexOf(access)) {
    throw new HoldfastError(
      'forbidden',
      `This needs the role ${access}; ${principal.name} has ${principal.role}.`,
      {
        hint: 'Ask an owner of this Holdfast for the role.',
      },
    );
  }
}
