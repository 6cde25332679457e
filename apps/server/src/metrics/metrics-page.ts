import { type MetricKey, metricDefinitions } from './metric-definitions.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * The values of one scrape, in the text format. It starts empty, so that nothing of what is gone stays. Written here,
 * because a registry that keeps each series between scrapes costs ten times as much, for nothing.
 */
export class MetricsPage {
  readonly #lines = new Map<MetricKey, string[]>();

  /** Each set of labels once. A value that is not known has no series: it is not 0. */
  put(key: MetricKey, labels: Labels, value: number | undefined): void {
    if (value === undefined) return;
    const { name, labels: names } = metricDefinitions[key];
    const inside = names.map((label) => `${label}="${escape(labels[label] ?? '')}"`).join(',');
    const line = `${name}${inside === '' ? '' : `{${inside}}`} ${value}`;
    const lines = this.#lines.get(key);
    if (lines === undefined) this.#lines.set(key, [line]);
    else lines.push(line);
  }

  /** An instant, as seconds since 1970. */
  putInstant(key: MetricKey, labels: Labels, instant: string | Date | null | undefined): void {
    if (instant !== null && instant !== undefined) this.put(key, labels, new Date(instant).getTime() / 1000);
  }

  putFlag(key: MetricKey, labels: Labels, value: boolean): void {
    this.put(key, labels, value ? 1 : 0);
  }

  text(): string {
    return [...this.#lines]
      .flatMap(([key, lines]) => {
        const { name, type, help } = metricDefinitions[key];
        return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''];
      })
      .join('\n');
  }
}

/** Of the three characters that the format gives a meaning to. Names of the engine may hold anything. */
function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
