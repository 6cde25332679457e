import { setImmediate } from 'node:timers/promises';
import { type MetricKey, metricDefinitions } from './metric-definitions.ts';

type Labels = Readonly<Record<string, string>>;

/** The values of a metric, and beside each its labels as they are written: no object for each of a large fleet's many. */
interface Column {
  readonly labels: string[];
  readonly values: number[];
}

/** About as much as goes to the network at once. */
const chunkLength = 64 * 1024;

/**
 * The values of one scrape, in the text format. It starts empty, so that nothing of what is gone stays. Written here,
 * because a registry that keeps each series between scrapes costs ten times as much, for nothing.
 */
export class MetricsPage {
  readonly #columns = new Map<MetricKey, Column>();
  #written: { readonly labels: Labels; readonly names: readonly string[]; readonly text: string } | undefined;

  /** Each set of labels once. A value that is not known has no series: it is not 0. */
  put(key: MetricKey, labels: Labels, value: number | undefined): void {
    if (value === undefined) return;
    const column = this.#columns.get(key) ?? { labels: [], values: [] };
    if (column.values.length === 0) this.#columns.set(key, column);
    column.labels.push(this.#write(labels, metricDefinitions[key].labels));
    column.values.push(value);
  }

  /** Many values in a row are of the same thing: they share one text. */
  #write(labels: Labels, names: readonly string[]): string {
    if (this.#written?.labels === labels && this.#written.names === names) return this.#written.text;
    const inside = names.map((label) => `${label}="${escape(labels[label] ?? '')}"`).join(',');
    const text = inside === '' ? '' : `{${inside}}`;
    this.#written = { labels, names, text };
    return text;
  }

  /** An instant, as seconds since 1970. */
  putInstant(key: MetricKey, labels: Labels, instant: string | Date | null | undefined): void {
    if (instant !== null && instant !== undefined) this.put(key, labels, new Date(instant).getTime() / 1000);
  }

  putFlag(key: MetricKey, labels: Labels, value: boolean): void {
    this.put(key, labels, value ? 1 : 0);
  }

  /** In pieces, between which others have their turn: the page of a large fleet has tens of megabytes. */
  async *text(): AsyncGenerator<string> {
    let chunk = '';
    for (const [key, { labels, values }] of this.#columns) {
      const { name, type, help } = metricDefinitions[key];
      chunk += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
      for (const [position, value] of values.entries()) {
        chunk += `${name}${labels[position]} ${value}\n`;
        if (chunk.length < chunkLength) continue;
        yield chunk;
        chunk = '';
        await setImmediate();
      }
    }
    yield chunk;
  }
}

/** Of the three characters that the format gives a meaning to. Names of the engine may hold anything. */
function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
