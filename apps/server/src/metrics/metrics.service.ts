import type { Clock } from '../clock.ts';
import {
  type ProbedDestination,
  putAlerts,
  putDestinations,
  putOperations,
  putSchedules,
} from './control-plane-metrics.ts';
import type { MetricsStore } from './metrics.store.ts';
import { MetricsPage } from './metrics-page.ts';
import { processMetrics } from './process-metrics.ts';
import { putEnvironments, putSources, putStored, type SourceFacts, shownSources } from './source-metrics.ts';

const dayMs = 86_400_000;

export interface MetricsParts {
  readonly store: MetricsStore;
  readonly destinations: () => Promise<readonly (ProbedDestination & { readonly id: string })[]>;
  /** A look at the plans, once for each scrape; then, for each source, the seconds between its backups at most. */
  readonly expectedIntervals: () => Promise<(source: SourceFacts) => number | undefined>;
  readonly drillable: (source: { kind: string; declared: boolean }) => boolean;
  readonly clock: Clock;
  readonly version: string;
  readonly schemaVersion: number;
}

/** How Holdfast and what it protects are doing, in the text format of Prometheus. */
export class MetricsService {
  readonly #parts: MetricsParts;
  #scraping: Promise<string> | undefined;
  #lastTick: Date | undefined;

  constructor(parts: MetricsParts) {
    this.#parts = parts;
  }

  /** The scheduler of this process looked whether something is due. */
  schedulerTicked(at: Date): void {
    this.#lastTick = at;
  }

  /** Whoever asks while another one is being answered gets the same answer: many askers cost no more than one. */
  scrape(): Promise<string> {
    this.#scraping ??= this.#scrape().finally(() => {
      this.#scraping = undefined;
    });
    return this.#scraping;
  }

  async #scrape(): Promise<string> {
    const { store, clock, drillable, version, schemaVersion } = this.#parts;
    const now = clock.now();
    const facts = await store.read(new Date(now.getTime() - dayMs).toISOString());
    const destinations = await this.#parts.destinations();
    const expectedInterval = await this.#parts.expectedIntervals();
    const sources = shownSources(facts.sources);
    const page = new MetricsPage();
    putSources(page, sources, facts.newestBackups, {
      now,
      expectedInterval,
      drillable: ({ kind, declared }) => drillable({ kind, declared: declared === 1 }),
    });
    putEnvironments(page, sources, facts.completePoints, now);
    putStored(page, sources, new Map(destinations.map(({ id, name }) => [id, name])), facts);
    putOperations(page, facts.operations);
    putAlerts(page, facts.openAlerts);
    putSchedules(page, facts.schedules);
    putDestinations(page, destinations);
    page.putInstant('schedulerLastTick', {}, this.#lastTick);
    page.put('schemaVersion', {}, schemaVersion);
    page.put('buildInfo', { version }, 1);
    return `${page.text()}\n${await processMetrics()}`;
  }
}
