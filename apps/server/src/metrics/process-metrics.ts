import { collectDefaultMetrics, Registry } from 'prom-client';

/** Gauges whose names end like those of counters, which Prometheus' own linter refuses; each has a twin by type. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

let registry: Registry | undefined;

/** Of this process: memory, processor time, event loop. Watching costs a little: it begins with the first question. */
export function processMetrics(): Promise<string> {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
    for (const name of misnamed) registry.removeSingleMetric(name);
  }
  return registry.metrics();
}
