import {
  type AddPlan,
  addPlanSchema,
  type EditPlan,
  type Plan,
  type PlanSchedule,
  type RetentionPolicy,
  type Selector,
} from '@holdfast/contracts';
import type { ApiProblem } from '../api/problem.ts';

/** A plan as a form holds it. */
export interface PlanDraft {
  readonly name: string;
  readonly selector: Selector;
  readonly schedule: PlanSchedule;
  readonly timeZone: string;
  readonly destinations: readonly string[];
  readonly retention: RetentionPolicy;
  readonly jitterSeconds: number;
  /** Null: as set for the server. */
  readonly consistency: 'live' | 'pause' | 'stop' | null;
}

/** The zone of the person's clock. */
export function zoneHere(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What a new plan begins as: the contract's own defaults, by the clock of whoever makes it. */
export function newDraft(): PlanDraft {
  const defaults = addPlanSchema.parse({ name: 'new' });
  return {
    name: '',
    selector: defaults.selector,
    schedule: defaults.schedule,
    timeZone: zoneHere(),
    destinations: [],
    retention: defaults.retention,
    jitterSeconds: 0,
    consistency: null,
  };
}

export function draftOf(plan: Plan): PlanDraft {
  const { name, selector, schedule, timeZone, destinations, retention, jitterSeconds } = plan;
  const consistency = plan.consistency ?? null;
  return { name, selector, schedule, timeZone, destinations, retention, jitterSeconds, consistency };
}

export function additionOf(
  { consistency, destinations, ...rest }: PlanDraft,
  { enabled }: { enabled: boolean },
): AddPlan {
  return { ...rest, destinations: [...destinations], consistency: consistency ?? undefined, enabled };
}

/** Only what a person changed: what somebody else changed meanwhile stays as it is. */
export function changesOf(before: PlanDraft, after: PlanDraft): EditPlan {
  const differs = (key: keyof PlanDraft) => JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  return {
    ...(differs('name') && { name: after.name }),
    ...(differs('selector') && { selector: after.selector }),
    ...(differs('schedule') && { schedule: after.schedule }),
    ...(differs('timeZone') && { timeZone: after.timeZone }),
    ...(differs('destinations') && { destinations: [...after.destinations] }),
    ...(differs('retention') && { retention: after.retention }),
    ...(differs('jitterSeconds') && { jitterSeconds: after.jitterSeconds }),
    ...(differs('consistency') && { consistency: after.consistency }),
  };
}

export type Field = 'name' | 'schedule' | 'jitterSeconds' | 'timeZone' | 'selector';

const fieldOfCode: Readonly<Record<string, Field>> = {
  conflict: 'name',
  'schedule-invalid': 'schedule',
  'schedule-never-due': 'schedule',
  'schedule-too-often': 'schedule',
  'jitter-too-long': 'jitterSeconds',
  'time-zone-invalid': 'timeZone',
  'selector-invalid': 'selector',
};

/** The field that a refusal of the server is about; undefined where it is about none. */
export function fieldOf(problem: ApiProblem): Field | undefined {
  return fieldOfCode[problem.code];
}
