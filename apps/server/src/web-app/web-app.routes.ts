import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import { notBuiltPage } from './not-built-page.ts';

/** The page that every address of the web app begins with; what it shows there is decided in the browser. */
const startPage = 'index.html';

/**
 * Serves the web app from the folder where its build lies: its files by their names, and its start page at every other
 * address that a browser goes to. To be added on the port that browsers reach.
 */
export function addWebAppRoutes(app: HttpApp, folder: string): void {
  // The build brings each file compressed as well, so nothing is compressed while somebody waits.
  void app.register(import('@fastify/static'), {
    root: folder,
    serve: false,
    preCompressed: true,
    cacheControl: false,
  });
  app.get('/*', { config: { access: 'open' }, schema: { hide: true } }, (request, reply) => {
    const { pathname } = new URL(request.url, 'http://server');
    if (isOfApi(pathname)) {
      // As where there is no web app: only who is known learns that there is nothing.
      requirePrincipal(request);
      return reply.callNotFound();
    }
    const file = fileAt(folder, pathname);
    if (file !== undefined) {
      const named = pathname.startsWith('/assets/');
      return reply
        .header('cache-control', named ? 'public, max-age=31536000, immutable' : 'no-cache')
        .sendFile(file);
    }
    return wantsPage(request) ? sendStartPage(reply, folder) : reply.callNotFound();
  });
}

function isOfApi(pathname: string): boolean {
  return pathname === '/v1' || pathname.startsWith('/v1/');
}

/**
 * The file of the build that an address names. Undefined: there is none. Nothing outside of the folder is one: as a URL
 * it has no dot segments any more, and it is not decoded.
 */
function fileAt(folder: string, pathname: string): string | undefined {
  const file = pathname.slice(1);
  return path.extname(file) !== '' && existsSync(path.join(folder, file)) ? file : undefined;
}

function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

function sendStartPage(reply: FastifyReply, folder: string): FastifyReply {
  // It names the files of one build: an old one would ask for files that are gone.
  void reply.header('cache-control', 'no-cache');
  if (existsSync(path.join(folder, startPage))) return reply.sendFile(startPage);
  return reply.status(503).type('text/html; charset=utf-8').send(notBuiltPage);
}
