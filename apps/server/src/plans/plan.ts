import type { PlanSchedule, RetentionPolicy, Selector } from '@holdfast/contracts';
import type { Consistency } from '@holdfast/sources';
import { cronOfSchedule } from './preset.rules.ts';
import type { Schedule } from './schedule.rules.ts';

export interface StoredPlan {
  readonly id: string;
  readonly name: string;
  readonly selector: Selector;
  readonly schedule: PlanSchedule;
  readonly timeZone: string;
  /** Ids; none: the default destination. */
  readonly destinationIds: readonly string[];
  readonly retention: RetentionPolicy;
  readonly jitterSeconds: number;
  readonly enabled: boolean;
  readonly consistency?: Consistency;
  readonly isDefault: boolean;
  /** A person has changed it: the HOLDFAST_* variables shape it no longer. */
  readonly edited: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Since when it has to be kept: what was due before was due to another plan than it is now. */
  readonly since: string;
  /** The run (before jitter) that was last acted on. */
  readonly lastDue: string;
}

export function scheduleOf(
  plan: Pick<StoredPlan, 'id' | 'schedule' | 'timeZone' | 'jitterSeconds'>,
): Schedule {
  const { id, schedule, timeZone, jitterSeconds } = plan;
  return { cron: cronOfSchedule(schedule), timeZone, jitterSeconds, seed: id };
}
