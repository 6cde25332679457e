import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';
import { retentionDecisionSchema, retentionPolicySchema } from './snapshots.ts';
import { sourceNameSchema } from './sources.ts';

const minuteSchema = z.int().min(0).max(59).default(0);

export const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

/** When a plan is due, by the clock on the wall of its time zone. `hour` of the first run of the day. */
export const scheduleSchema = z.discriminatedUnion('preset', [
  z.object({ preset: z.literal('every-15-minutes') }),
  z.object({ preset: z.literal('every-30-minutes') }),
  z.object({ preset: z.literal('hourly'), minute: minuteSchema }),
  z.object({
    preset: z.literal('every-6-hours'),
    hour: z.int().min(0).max(5).default(2),
    minute: minuteSchema,
  }),
  z.object({
    preset: z.literal('every-12-hours'),
    hour: z.int().min(0).max(11).default(2),
    minute: minuteSchema,
  }),
  z.object({ preset: z.literal('daily'), hour: z.int().min(0).max(23).default(2), minute: minuteSchema }),
  z.object({
    preset: z.literal('weekly'),
    day: z.enum(weekdays).default('sunday'),
    hour: z.int().min(0).max(23).default(2),
    minute: minuteSchema,
  }),
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  z.object({ preset: z.literal('custom'), cron: z.string().max(200) }),
]);
export type PlanSchedule = z.infer<typeof scheduleSchema>;

/** Exact names, or globs: `*` any characters, `?` one, `[a-c]`, `{a,b}`. */
const globsSchema = z.array(z.string().min(1).max(200)).max(500).default([]);

const patternsSchema = z.object({ environments: globsSchema, sources: globsSchema, kinds: globsSchema });

/** Which sources a plan catches: what any of the lists names (or everything), less what `exclude` names. */
export const selectorSchema = patternsSchema.extend({
  everything: z.boolean().default(false),
  exclude: patternsSchema.prefault({}),
});
export type Selector = z.infer<typeof selectorSchema>;

export const consistencySchema = z.enum(['live', 'pause', 'stop']);

/** The query of `GET /v1/plans`: the default plan first, then by name. */
export const planFilterSchema = z.object({
  /** Says how many sources each catches; every source is looked at for it. */
  coverage: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().optional(),
});
export type PlanFilter = z.infer<typeof planFilterSchema>;

export const planSchema = z.object({
  id: idSchema,
  name: sourceNameSchema,
  selector: selectorSchema,
  /** How many of the sources that are there it catches now, where that was asked for. */
  catches: z.number().optional(),
  schedule: scheduleSchema,
  /** What the schedule is as a cron expression, and in words. */
  cron: z.string(),
  words: z.string(),
  /** IANA, such as `Europe/Berlin`. */
  timeZone: z.string(),
  /** By name; none: the default destination. One that was removed meanwhile shows its id. */
  destinations: z.array(z.string()),
  retention: retentionPolicySchema,
  /** Each run is put off by up to so many seconds, always the same for one run. */
  jitterSeconds: z.number(),
  enabled: z.boolean(),
  /** What happens to containers while their files are read, where no label says otherwise; absent: as set for the server. */
  consistency: consistencySchema.optional(),
  /** It catches what no other plan catches, and cannot be removed. */
  isDefault: z.boolean(),
  /** The default plan only: HOLDFAST_BACKUP_CRON, _TIME_ZONE and _RETENTION_* still shape it, nobody edited it. */
  followsSettings: z.boolean(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
  /** Absent while it is paused. */
  nextRun: instantSchema.optional(),
  /** The due time that it was last started for; of a new plan, when it was made. */
  lastDue: instantSchema,
  /** An earlier run of it is still going on; one that comes due meanwhile begins afterwards. */
  running: z.boolean(),
});
export type Plan = z.infer<typeof planSchema>;

const timeZoneSchema = z.string().min(1).max(64);
const jitterSchema = z.int().min(0).max(86_400);

export const addPlanSchema = z.object({
  name: sourceNameSchema,
  selector: selectorSchema.prefault({}),
  schedule: scheduleSchema.prefault({ preset: 'daily' }),
  /** Absent: the server's, see HOLDFAST_TIME_ZONE. */
  timeZone: timeZoneSchema.optional(),
  /** Names or ids. */
  destinations: z.array(z.string().min(1)).max(20).default([]),
  retention: retentionPolicySchema.prefault({}),
  jitterSeconds: jitterSchema.default(0),
  enabled: z.boolean().default(true),
  consistency: consistencySchema.optional(),
});
export type AddPlan = z.input<typeof addPlanSchema>;

/** Only what is named changes; each of `selector`, `schedule` and `retention` is replaced as a whole. */
export const editPlanSchema = z.object({
  name: sourceNameSchema.optional(),
  selector: selectorSchema.optional(),
  schedule: scheduleSchema.optional(),
  timeZone: timeZoneSchema.optional(),
  destinations: z.array(z.string().min(1)).max(20).optional(),
  retention: retentionPolicySchema.optional(),
  jitterSeconds: jitterSchema.optional(),
  enabled: z.boolean().optional(),
  /** Null: as set for the server. */
  consistency: consistencySchema.nullable().optional(),
});
export type EditPlan = z.input<typeof editPlanSchema>;

export const previewPlanSchema = z.object({
  /** An existing plan of this name or id: what is not given below is taken from it. */
  plan: z.string().min(1).optional(),
  selector: selectorSchema.optional(),
  schedule: scheduleSchema.optional(),
  timeZone: timeZoneSchema.optional(),
  jitterSeconds: jitterSchema.optional(),
  count: z.int().min(1).max(100).default(5),
});
export type PreviewPlan = z.input<typeof previewPlanSchema>;

export const planRunSchema = z.object({
  at: instantSchema,
  /** On a clock on the wall of the plan's zone, with its distance from UTC: `2026-03-29 03:00 +02:00`. */
  local: z.string(),
});

export const planPreviewSchema = z.object({
  cron: z.string(),
  words: z.string(),
  timeZone: z.string(),
  runs: z.array(planRunSchema),
  /** In sentences: runs that the clocks' change moves or would double within the coming year. */
  warnings: z.array(z.string()),
  /** What it catches now. */
  sources: z.array(z.object({ id: idSchema, name: z.string(), kind: z.string(), environment: z.string() })),
});
export type PlanPreview = z.infer<typeof planPreviewSchema>;

/** The query of `GET /v1/plans/{plan}/retention-preview`: what is not given is as the plan has it. */
export const retentionPreviewQuerySchema = z.object({
  recentHours: z.coerce.number().int().min(0).max(1_000_000).optional(),
  daily: z.coerce.number().int().min(0).max(1_000_000).optional(),
  weekly: z.coerce.number().int().min(0).max(1_000_000).optional(),
  monthly: z.coerce.number().int().min(0).max(1_000_000).optional(),
});
export type RetentionPreviewQuery = z.infer<typeof retentionPreviewQuerySchema>;

export const planRetentionPreviewSchema = z.object({
  policy: retentionPolicySchema,
  items: z.array(retentionDecisionSchema),
});
