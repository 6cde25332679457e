import type { Clock } from '../clock.ts';
import {
  type ProbedDestination,
  putAlerts,
  putDestinations,
  putOperations,
  putSchedules,
} from './control-plane-metrics.ts';
import type { ExpectedIntervals } from './expected-interval.ts';
import type { MetricsStore } from './metrics.store.ts';
import { MetricsPage } from './metrics-page.ts';
import { processMetrics } from './process-metrics.ts';
import { putCompletePoints, putEnvironments, putSources, putStored, shownSources } from './source-metrics.ts';

const dayMs = 86_400_000;

export interface MetricsParts {
  readonly store: MetricsStore;
  readonly destinations: () => Promise<readonly (ProbedDestination & { readonly id: string })[]>;
  /** A look at the plans, once for each scrape. */
  readonly expectedIntervals: () => Promise<ExpectedIntervals>;
  readonly drillable: (source: { kind: string; declared: boolean }) => boolean;
  readonly clock: Clock;
  readonly version: string;
  readonly schemaVersion: number;
}

/** How Holdfast and what it protects are doing, in the text format of Prometheus. */
export class MetricsService {
  readonly #parts: MetricsParts;
  #collecting: Promise<MetricsPage> | undefined;
  #lastTick: Date | undefined;

  constructor(parts: MetricsParts) {
    this.#parts = parts;
  }

  /** The scheduler of this process looked whether something is due. */
  schedulerTicked(at: Date): void {
    this.#lastTick = at;
  }

  /**
   * The text, in pieces. Whoever asks while it is being collected for another one gets the same figures: many askers
   * cost little more than one. What is wrong with the database is known before there is a first piece.
   */
  async scrape(): Promise<AsyncGenerator<string>> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return textOf(await this.#collecting, await processMetrics());
  }

  /** Environment by environment, so that others have their turn between them. */
  async #collect(): Promise<MetricsPage> {
    const { store, clock, drillable, version, schemaVersion } = this.#parts;
    const now = clock.now();
    const since = new Date(now.getTime() - dayMs).toISOString();
    const destinations = await this.#parts.destinations();
    const names = new Map(destinations.map(({ id, name }) => [id, name]));
    const expectedIntervals = await this.#parts.expectedIntervals();
    const page = new MetricsPage();
    for await (const members of store.sources()) {
      const sources = shownSources(members);
      const intervals = expectedIntervals(members);
      putSources(page, sources, {
        now,
        expectedInterval: ({ id }) => intervals.get(id),
        drillable: ({ kind, declared }) => drillable({ kind, declared: declared === 1 }),
      });
      putEnvironments(page, sources, now);
      putStored(page, sources, names, await store.places([...sources.keys()], since));
    }
    const totals = await store.totals();
    putCompletePoints(page, totals.completePoints);
    putOperations(page, totals.operations);
    putAlerts(page, totals.openAlerts);
    putSchedules(page, totals.schedules);
    putDestinations(page, destinations);
    page.putInstant('schedulerLastTick', {}, this.#lastTick);
    page.put('schemaVersion', {}, schemaVersion);
    page.put('buildInfo', { version }, 1);
    return page;
  }
}

async function* textOf(page: MetricsPage, ofProcess: string): AsyncGenerator<string> {
  yield* page.text();
  yield ofProcess;
}
