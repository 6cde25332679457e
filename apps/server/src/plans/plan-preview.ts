import { type PlanPreview, type PreviewPlan, previewPlanSchema, selectorSchema } from '@holdfast/contracts';
import type { Clock } from '../clock.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import { daylightSavingWarnings } from './daylight-saving.rules.ts';
import { type StoredPlan, scheduleOf } from './plan.ts';
import type { DefaultPlanSettings, PlansService } from './plans.service.ts';
import { cronInWords } from './preset.rules.ts';
import { nextDues } from './schedule.rules.ts';
import { localText } from './wall-clock.ts';

export interface PreviewParts {
  readonly plans: PlansService;
  readonly sources: SourcesService;
  readonly settings: DefaultPlanSettings;
  readonly clock: Clock;
}

/** Stands for a plan that does not exist yet. */
const noId = '';

/**
 * When a plan would run and what it would catch, by the code that runs it. Changes nothing.
 * @throws HoldfastError `not-found`, and what the checks of a plan throw
 */
export async function previewPlan(
  request: PreviewPlan,
  { plans, sources, settings, clock }: PreviewParts,
): Promise<PlanPreview> {
  const { plan: reference, count, ...given } = previewPlanSchema.parse(request);
  const existing = reference === undefined ? undefined : await plans.get(reference);
  const now = clock.now();
  const base: StoredPlan = existing ?? {
    id: noId,
    name: noId,
    selector: selectorSchema.parse({}),
    schedule: { preset: 'daily', hour: 2, minute: 0 },
    timeZone: settings.timeZone,
    destinationIds: [],
    retention: settings.retention,
    jitterSeconds: 0,
    enabled: true,
    isDefault: false,
    edited: true,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    since: now.toISOString(),
    lastDue: now.toISOString(),
  };
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const wanted: StoredPlan = { ...base, ...changes };
  plans.check(wanted, existing);
  const schedule = scheduleOf(wanted);
  return {
    cron: schedule.cron,
    words: cronInWords(schedule.cron),
    timeZone: wanted.timeZone,
    runs: nextDues(schedule, now, count).map((run) => ({
      at: run.toISOString(),
      local: localText(run, wanted.timeZone),
    })),
    warnings: daylightSavingWarnings(schedule, now),
    sources: await caught(wanted, plans, sources),
  };
}

async function caught(
  wanted: StoredPlan,
  plans: PlansService,
  sources: SourcesService,
): Promise<PlanPreview['sources']> {
  const all = (await sources.all()).filter(({ present }) => present);
  const others = (await plans.all()).filter(({ id }) => id !== wanted.id);
  const chosen = plans.choose(all, [wanted, ...others]);
  return all
    .filter(({ id }) => chosen.get(id)?.includes(wanted) === true)
    .map(({ id, name, kind, environment }) => ({ id, name, kind, environment }));
}
