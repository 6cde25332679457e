import type { Source } from '@holdfast/contracts';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { PlansService } from './plans.service.ts';
import { type Expectation, expectationOf, type Protection, protectionOf } from './protection.rules.ts';

export interface ProtectionParts {
  readonly plans: PlansService;
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly snapshots: SnapshotsService;
  readonly clock: Clock;
}

/** How the sources stand with their plans: caught by which, due when, overdue or not. */
export class ProtectionService {
  readonly #parts: ProtectionParts;
  /** Asked for with every list, and the same for a minute: no finer is any schedule. */
  readonly #expectations = new Map<string, { readonly minute: number; readonly expectation: Expectation }>();

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
  }

  /** Of every source that is known, by its id; by as many queries as do not depend on how many there are. */
  async all(): Promise<Map<string, { source: StoredSource; protection: Protection }>> {
    const { sources, snapshots } = this.#parts;
    return this.#of(await sources.all(), await snapshots.newestTimes());
  }

  async #of(
    known: readonly StoredSource[],
    newest: Awaited<ReturnType<SnapshotsService['newestTimes']>>,
  ): Promise<Map<string, { source: StoredSource; protection: Protection }>> {
    const { plans, destinations, clock } = this.#parts;
    const [stored, places] = await Promise.all([plans.all(), destinations.list()]);
    const now = clock.now();
    const expected = new Map(stored.map((plan) => [plan.id, this.#expectation(plan, now)]));
    const chosen = plans.choose(known, stored);
    const standard = places.find(({ isDefault }) => isDefault)?.id ?? '';
    const times = new Map(
      newest.map(({ sourceId, destinationId, time }) => [`${sourceId} ${destinationId}`, time]),
    );
    return new Map(
      known.map((source) => {
        const ofSource = (chosen.get(source.id) ?? []).flatMap(({ id }) => expected.get(id) ?? []);
        const protection = protectionOf(source, ofSource, (id) =>
          times.get(`${source.id} ${id ?? standard}`),
        );
        return [source.id, { source, protection }];
      }),
    );
  }

  /** Adds to answers about sources what their plans say of them. */
  async describe(answers: readonly Source[]): Promise<Source[]> {
    const { sources, snapshots } = this.#parts;
    // What catches the definition of an environment depends on its other sources.
    const known = await sources.membersOf([...new Set(answers.map(({ environment }) => environment))]);
    const all = await this.#of(known, await snapshots.newestTimes(answers.map(({ id }) => id)));
    return answers.map((answer) => {
      const protection = all.get(answer.id)?.protection;
      if (protection === undefined) return answer;
      const { plans, nextRun, overdue, unplanned } = protection;
      const unprotected = answer.protected && unplanned !== undefined;
      return {
        ...answer,
        ...(unprotected ? { protected: false, reason: unplanned } : {}),
        plans: [...plans],
        overdue,
        ...(nextRun === undefined || !answer.protected ? {} : { nextRun: nextRun.toISOString() }),
      };
    });
  }

  #expectation(plan: Expectation['plan'], now: Date): Expectation {
    const minute = Math.floor(now.getTime() / 60_000);
    const known = this.#expectations.get(plan.id);
    if (known?.minute === minute && known.expectation.plan.updatedAt === plan.updatedAt)
      return known.expectation;
    const expectation = expectationOf(plan, now);
    this.#expectations.set(plan.id, { minute, expectation });
    return expectation;
  }
}
