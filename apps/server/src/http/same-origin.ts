import { HoldfastError } from '@holdfast/runtime';
import type { FastifyRequest } from 'fastify';

/** Requests by these change nothing. */
export const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser sends the cookie of a session along with what other sites make it ask for. So what changes something must
 * be known to come from Holdfast's own pages when a cookie speaks for it, and must not be known to come from elsewhere
 * when nothing does (or another site could sign its visitor in as somebody else). Who gives a token means it.
 * @throws HoldfastError `other-origin`
 */
export function refuseOtherOrigins(request: FastifyRequest, publicUrl: URL | undefined): void {
  if (safeMethods.has(request.method)) return;
  const origin = originOf(request, publicUrl);
  const { principal } = request;
  const allowed =
    principal === undefined ? origin !== 'other' : principal.kind !== 'person' || origin === 'same';
  if (!allowed) throw new HoldfastError('other-origin', 'The request did not come from a page of Holdfast.');
}

/** By what browsers say of themselves; a page cannot make them say otherwise. */
function originOf(
  { headers, host }: FastifyRequest,
  publicUrl: URL | undefined,
): 'same' | 'other' | 'unknown' {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return 'same';
  if (site === 'same-site' || site === 'cross-site') return 'other';
  const { origin } = headers;
  if (origin === undefined) return 'unknown';
  // The host only: a proxy that ends TLS leaves the scheme to be guessed.
  return URL.canParse(origin) && [host, publicUrl?.host].includes(new URL(origin).host) ? 'same' : 'other';
}
