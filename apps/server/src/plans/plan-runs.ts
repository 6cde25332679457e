import type { BackupsService } from '../backups/backups.service.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import { type StoredPlan, scheduleOf } from './plan.ts';
import type { PlansStore } from './plans.store.ts';
import type { Scheduled, ScheduledGroup, ScheduledRun } from './scheduler.ts';

interface ScheduledPlan extends Scheduled {
  readonly plan: StoredPlan;
}

export interface PlanRunsParts {
  readonly store: PlansStore;
  readonly operations: Pick<OperationsService, 'createTogether' | 'unfinishedPlans'>;
  /** The pass that backs up what a plan catches. */
  readonly passes: Pick<BackupsService, 'planPass'>;
}

/**
 * The plans, for the scheduler. That a run was acted on, and the pass that does it, are stored in one transaction: none
 * is lost to a crash in between, and of two replicas only one starts it.
 */
export class PlanRuns implements ScheduledGroup<ScheduledPlan> {
  readonly #parts: PlanRunsParts;

  constructor(parts: PlanRunsParts) {
    this.#parts = parts;
  }

  async list(): Promise<ScheduledPlan[]> {
    const plans = (await this.#parts.store.all()).filter(({ enabled }) => enabled);
    const running = await this.#parts.operations.unfinishedPlans();
    return plans.map((plan) => ({
      ...scheduleOf(plan),
      key: plan.id,
      name: `the plan ${plan.name}`,
      lastRun: new Date(plan.lastDue),
      busy: running.has(plan.id),
      plan,
    }));
  }

  async start(runs: readonly ScheduledRun<ScheduledPlan>[]): Promise<void> {
    const { store, operations, passes } = this.#parts;
    try {
      await operations.createTogether(async (transaction) => {
        const claimed = await store.claim(transaction, runs.map(asClaim));
        return runs
          .filter(({ item }) => claimed.has(item.plan.id))
          .map(({ item, due }) => passes.planPass(item.plan, due));
      });
    } finally {
      store.changed();
    }
  }

  async reset(items: readonly ScheduledPlan[], now: Date): Promise<void> {
    for (const { plan } of items) await this.#parts.store.restart(plan.id, now.toISOString());
  }
}

function asClaim({ item, run }: ScheduledRun<ScheduledPlan>) {
  return { planId: item.plan.id, lastDue: item.plan.lastDue, due: run.toISOString() };
}
