import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Authenticate, Principal } from './access.ts';

const hostPrincipal: Principal = { kind: 'host', id: 'host', name: 'this host', role: 'owner' };

export interface Credentials {
  /** Of the data directory: whoever can read its file owns this Holdfast. */
  readonly hostToken: string;
  /** Whose API token it is. */
  readonly byToken: (token: string) => Promise<Principal | undefined>;
  readonly sessionOf: (request: FastifyRequest) => string | undefined;
  /** Whose session it is. */
  readonly bySession: (session: string) => Promise<Principal | undefined>;
}

/**
 * `Authorization: Bearer` with the host's token or an API token, else the cookie of a session. Who sends a bearer token
 * means it: a wrong one is not made good by a cookie.
 */
export function createAuthentication(credentials: Credentials): Authenticate {
  const { byToken, sessionOf, bySession } = credentials;
  const expected = digest(credentials.hostToken);
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      const session = sessionOf(request);
      return session === undefined ? undefined : bySession(session);
    }
    const [scheme, given = ''] = authorization.split(' ');
    if (scheme?.toLowerCase() !== 'bearer') return undefined;
    // Digests are of equal length, so that the comparison takes the same time whatever was given.
    return timingSafeEqual(digest(given), expected) ? hostPrincipal : byToken(given);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
