import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import { sendText } from '../http/text-stream.ts';
import type { MetricsService } from './metrics.service.ts';

/** Read-only, and names only: `HOLDFAST_METRICS_ACCESS=open` lets anybody read it who reaches the port. */
export function addMetricsRoutes(http: HttpApp, metrics: MetricsService, access: 'viewer' | 'open'): void {
  http.get(
    '/metrics',
    {
      config: { access },
      schema: {
        operationId: 'getMetrics',
        summary: 'Figures for Prometheus.',
        tags: ['system'],
        response: {
          200: {
            description: 'The text format of Prometheus.',
            content: { 'text/plain': { schema: z.string() } },
          },
        },
      },
    },
    async (_request, reply) =>
      sendText(reply, 'text/plain; version=0.0.4; charset=utf-8', await metrics.scrape()),
  );
}
