import { createHash, timingSafeEqual } from 'node:crypto';
import type { Authenticate, Principal } from './access.ts';

const hostPrincipal: Principal = { kind: 'host', id: 'host', name: 'this host', role: 'owner' };

/** Whoever can read the token file in the data directory owns this Holdfast: `Authorization: Bearer <token>`. */
export function authenticateHost(token: string): Authenticate {
  const expected = digest(token);
  return async (request) => {
    const [scheme, given = ''] = (request.headers.authorization ?? '').split(' ');
    // Digests are of equal length, so that the comparison takes the same time whatever was given.
    const matches = timingSafeEqual(digest(given), expected);
    return scheme?.toLowerCase() === 'bearer' && matches ? hostPrincipal : undefined;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
