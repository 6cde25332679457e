import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import type { Access } from '../http/access.ts';

export interface CollectedRoute {
  readonly method: string;
  readonly url: string;
  readonly access: Access | undefined;
}

/** Every route of the servers that are made from now on in this test, as they declare themselves. */
export function collectRoutes(): () => CollectedRoute[] {
  const routes = new Map<string, CollectedRoute>();
  const channel = 'fastify.initialization';
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url, config }) => {
      for (const one of [method].flat()) {
        routes.set(`${one} ${url}`, { method: one, url, access: config?.access });
      }
    });
  };
  subscribe(channel, listen);
  onTestFinished(() => void unsubscribe(channel, listen));
  return () => [...routes.values()];
}
