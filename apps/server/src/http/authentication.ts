import { createHash, timingSafeEqual } from 'node:crypto';
import { HoldfastError } from '@holdfast/runtime';
import type { HttpApp } from './http-app.ts';

/** The one route that anybody may ask: whether the server is there. */
const openRoutes = new Set(['/healthz']);

/** Every route but the open ones wants `Authorization: Bearer <token>`. */
export function requireToken(app: HttpApp, token: string): void {
  const expected = digest(token);
  app.addHook('onRequest', async (request) => {
    if (openRoutes.has(request.routeOptions.url ?? '')) return;
    const [scheme, given = ''] = (request.headers.authorization ?? '').split(' ');
    // Digests are of equal length, so that the comparison takes the same time whatever was given.
    const matches = timingSafeEqual(digest(given), expected);
    if (scheme?.toLowerCase() !== 'bearer' || !matches) {
      throw new HoldfastError('unauthorised', 'The request carries no valid token.');
    }
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
