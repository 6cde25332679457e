import { Counter, Gauge, Registry } from 'prom-client';
import { type MetricKey, metricDefinitions } from './metric-definitions.ts';

type Labels = Readonly<Record<string, string>>;
type Put = (labels: Labels, value: number) => void;

/** The values of one scrape. It starts empty, so that nothing of what is gone stays. */
export class MetricsPage {
  readonly #registry = new Registry();
  readonly #puts = new Map<MetricKey, Put>();

  /** A value that is not known has no series: it is not 0. */
  put(key: MetricKey, labels: Labels, value: number | undefined): void {
    if (value === undefined) return;
    const put = this.#puts.get(key) ?? this.#create(key);
    put(labels, value);
  }

  /** An instant, as seconds since 1970. */
  putInstant(key: MetricKey, labels: Labels, instant: string | Date | null | undefined): void {
    if (instant !== null && instant !== undefined) this.put(key, labels, new Date(instant).getTime() / 1000);
  }

  putFlag(key: MetricKey, labels: Labels, value: boolean): void {
    this.put(key, labels, value ? 1 : 0);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** At its first value only: one without labels would be 0 from its creation on. */
  #create(key: MetricKey): Put {
    const { name, type, help, labels } = metricDefinitions[key];
    const settings = { name, help, labelNames: [...labels], registers: [this.#registry] };
    const put = type === 'counter' ? counterPut(new Counter(settings)) : gaugePut(new Gauge(settings));
    this.#puts.set(key, put);
    return put;
  }
}

/** Each set of labels is put once: it begins at what the database counted. */
function counterPut(counter: Counter): Put {
  return (labels, value) => counter.inc(labels, value);
}

function gaugePut(gauge: Gauge): Put {
  return (labels, value) => gauge.set(labels, value);
}
