import type { Overview } from '@holdfast/contracts';
import { type Clock, instant } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { EnvironmentSummaries } from '../environments/environment-summaries.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';

const days = 90;
const dayMs = 86_400_000;

export interface OverviewParts {
  readonly environments: EnvironmentSummaries;
  readonly snapshots: SnapshotsService;
  readonly operations: OperationsService;
  readonly destinations: DestinationsService;
  /** What is scheduled next, and when. */
  readonly nextRuns: () => Promise<Overview['nextRuns']>;
  readonly clock: Clock;
}

/** The state of everything, on one page. */
export class OverviewService {
  readonly #parts: OverviewParts;

  constructor(parts: OverviewParts) {
    this.#parts = parts;
  }

  async get(): Promise<Overview> {
    const { environments, snapshots, nextRuns, clock } = this.#parts;
    const fromDay = new Date(clock.now().getTime() - (days - 1) * dayMs).toISOString().slice(0, 10);
    return {
      time: instant(clock),
      environments: await environments.list(),
      storage: await snapshots.arrivals(fromDay),
      operations: await this.#outcomes(fromDay),
      destinations: await this.#destinations(),
      nextRuns: await nextRuns(),
    };
  }

  async #outcomes(fromDay: string): Promise<Overview['operations']> {
    const counted = await this.#parts.operations.outcomes(fromDay);
    return [...Map.groupBy(counted, ({ day }) => day)].map(([day, states]) => {
      const of = (state: string) => states.find((one) => one.state === state)?.count ?? 0;
      return {
        day,
        succeeded: of('succeeded'),
        failed: of('failed'),
        cancelled: of('cancelled'),
        interrupted: of('interrupted'),
      };
    });
  }

  async #destinations(): Promise<Overview['destinations']> {
    const { destinations, snapshots } = this.#parts;
    const counts = await snapshots.countByDestination();
    return Promise.all(
      (await destinations.list()).map(async (stored) => {
        const { id, name, kind } = stored;
        const { snapshots: held = 0, bytesAdded = 0 } = counts.get(id) ?? {};
        const costPerMonth = (await destinations.open(stored)).monthlyCost(bytesAdded);
        return { id, name, kind, snapshots: held, bytesStored: bytesAdded, costPerMonth };
      }),
    );
  }
}
