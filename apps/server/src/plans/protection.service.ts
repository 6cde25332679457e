import { setImmediate } from 'node:timers/promises';
import type { Source } from '@holdfast/contracts';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { StoredPlan } from './plan.ts';
import type { PlansService } from './plans.service.ts';
import { type Expectation, expectationOf, type Protection, protectionOf } from './protection.rules.ts';

export interface ProtectionParts {
  readonly plans: PlansService;
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly snapshots: SnapshotsService;
  readonly clock: Clock;
}

/** A source, and how it stands. */
export interface Standing {
  readonly source: StoredSource;
  readonly protection: Protection;
}

/** What is the same for all sources at one moment. */
interface Moment {
  readonly plans: readonly StoredPlan[];
  readonly now: Date;
  /** The id of the default destination. */
  readonly standard: string;
}

/** Whole environments are looked at together; between them others have their turn. */
const environmentsAtOnce = 20;

/** How the sources stand with their plans: caught by which, due when, overdue or not. */
export class ProtectionService {
  readonly #parts: ProtectionParts;
  /** Asking a schedule is slow, and every list and look does; kept as long as it cannot change. */
  readonly #expectations = new Map<string, { readonly from: Date; readonly expectation: Expectation }>();

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
  }

  /** Of every source that is known, some at a time: neither memory nor the event loop is held by how many there are. */
  async *all(): AsyncGenerator<readonly Standing[]> {
    const moment = await this.#moment();
    this.#forgetExceptOf(moment.plans);
    for await (const some of this.#parts.sources.inEnvironments(environmentsAtOnce)) {
      yield [...(await this.#of(some, moment)).values()];
      await setImmediate();
    }
  }

  async #moment(): Promise<Moment> {
    const { plans, destinations, clock } = this.#parts;
    const [stored, places] = await Promise.all([plans.all(), destinations.list()]);
    const standard = places.find(({ isDefault }) => isDefault)?.id ?? '';
    return { plans: stored, now: clock.now(), standard };
  }

  /** @param members of whole environments: what catches the definition of one depends on its other sources */
  async #of(
    members: readonly StoredSource[],
    { plans, now, standard }: Moment,
    ids = members.map(({ id }) => id),
  ): Promise<Map<string, Standing>> {
    const newest = await this.#parts.snapshots.newestTimes(ids);
    const times = new Map(
      newest.map(({ sourceId, destinationId, time }) => [`${sourceId} ${destinationId}`, time]),
    );
    const chosen = this.#parts.plans.choose(members, plans);
    const wanted = new Set(ids);
    return new Map(
      members
        .filter(({ id }) => wanted.has(id))
        .map((source) => {
          const expected = (chosen.get(source.id) ?? []).map((plan) => this.#expectation(plan, now));
          const protection = protectionOf(source, expected, (id) =>
            times.get(`${source.id} ${id ?? standard}`),
          );
          return [source.id, { source, protection }];
        }),
    );
  }

  /** Adds to answers about sources what their plans say of them. */
  async describe(answers: readonly Source[]): Promise<Source[]> {
    const environments = [...new Set(answers.map(({ environment }) => environment))];
    const members = await this.#parts.sources.membersOf(environments);
    const ids = answers.map(({ id }) => id);
    const all = await this.#of(members, await this.#moment(), ids);
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

  #expectation(plan: StoredPlan, now: Date): Expectation {
    const known = this.#expectations.get(plan.id);
    if (known !== undefined && known.from <= now && now < known.expectation.until) {
      if (known.expectation.plan.updatedAt === plan.updatedAt) return known.expectation;
    }
    const expectation = expectationOf(plan, now);
    this.#expectations.set(plan.id, { from: now, expectation });
    return expectation;
  }

  #forgetExceptOf(plans: readonly StoredPlan[]): void {
    const ids = new Set(plans.map(({ id }) => id));
    for (const id of this.#expectations.keys()) if (!ids.has(id)) this.#expectations.delete(id);
  }
}
