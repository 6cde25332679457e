import type { Log } from '../logs/log.ts';
import type { HttpApp } from './http-app.ts';

/** Asked every few seconds by machines. */
const quietRoutes = new Set(['/healthz', '/readyz', '/metrics']);

/** One line for each request that was answered: the route as declared, so neither queries nor what names a thing. */
export function logRequests(app: HttpApp, log: Log): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { statusCode: status, elapsedTime } = reply;
    const level = status >= 500 ? 'error' : quietRoutes.has(route) ? 'debug' : 'info';
    log(level, `${request.method} ${route} ${status}`, undefined, {
      method: request.method,
      route,
      status,
      durationMs: Math.round(elapsedTime),
      ...(request.principal === undefined ? {} : { principal: request.principal.id }),
    });
  });
}
