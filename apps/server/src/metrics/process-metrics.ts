import type { Registry } from 'prom-client';

/** Gauges whose names end like those of counters, which Prometheus' own linter refuses; each has a twin by type. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

let watched: Promise<Registry> | undefined;

/** Of this process: memory, processor time, event loop. Watching costs a little: it begins with the first question. */
export async function processMetrics(): Promise<string> {
  watched ??= watch();
  return (await watched).metrics();
}

async function watch(): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  return registry;
}
