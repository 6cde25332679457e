import { type ErrorCode, errorCatalogue, isErrorCode } from '@holdfast/contracts';
import type { RouteOptions } from 'fastify';
import type { HttpApp } from './http-app.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** Codes of the problems that this route answers with beside those that every route of its access may. */
    problems?: readonly ErrorCode[];
  }
  interface FastifyInstance {
    /** Every route that was added since `rememberRoutes`, as it was declared. */
    declaredRoutes: readonly RouteOptions[];
  }
}

/** Keeps what the document of the API is made of. To be called before any route is added. */
export function rememberRoutes(app: HttpApp): void {
  const routes: RouteOptions[] = [];
  app.decorate('declaredRoutes', routes);
  app.addHook('onRoute', (route) => {
    // fastify adds them by itself to every GET.
    if (route.method !== 'HEAD') routes.push(route);
  });
}

/** Every code that begins so: of routes that pass on whatever a kind of source or destination finds wrong. */
export function problemsNamed(prefix: string): readonly ErrorCode[] {
  return Object.keys(errorCatalogue)
    .filter(isErrorCode)
    .filter((code) => code.startsWith(prefix));
}
