import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import { referencePagePolicy } from '../http/security-headers.ts';
import { type ApiDocument, describeApi } from './document.ts';
import { referencePage, referenceStyle } from './reference-page.ts';

/** The API's own description, for programs and for people. To be added after every other route. */
export function addDocumentRoutes(app: HttpApp, version: string): void {
  // Made when it is first asked for: most commands end before anybody does.
  let document: ApiDocument | undefined;
  const described = () => (document ??= describeApi(app.declaredRoutes, version));

  app.get(
    '/v1/openapi.json',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getApiDocument',
        summary: 'This document.',
        tags: ['system'],
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    () => ({ ...described() }),
  );

  app.get('/docs', { config: { access: 'open' }, schema: { hide: true } }, (_request, reply) =>
    reply
      .header('content-security-policy', referencePagePolicy)
      .header('x-content-type-options', 'nosniff')
      .type('text/html; charset=utf-8')
      .send(referencePage(described())),
  );

  app.get('/docs/style.css', { config: { access: 'open' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(referenceStyle),
  );
}
