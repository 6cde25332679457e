import { z } from 'zod';
import { addChannelSchema } from './channels.ts';
import { addPlanSchema, scheduleSchema, selectorSchema } from './plans.ts';
import { retentionPolicySchema } from './snapshots.ts';
import { sourceNameSchema } from './sources.ts';

/** Where a secret is taken from. It never stands in the document itself. */
export const secretReferenceSchema = z
  .union([
    z.strictObject({
      fromEnvironment: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/)
        .describe('A variable of the server; over the network only HOLDFAST_SECRET_*.'),
    }),
    z.strictObject({
      fromFile: z
        .string()
        .min(1)
        .max(4_096)
        .describe(
          'An absolute path where the server runs; over the network only in its folders for secrets.',
        ),
    }),
    z.strictObject({ stored: z.literal(true).describe('As it is in the vault of the server now.') }),
  ])
  .describe('A secret, by reference: the secret itself never stands in the file.');
export type SecretReference = z.infer<typeof secretReferenceSchema>;

const settingSchema = z.union([
  secretReferenceSchema,
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
]);
const settingsSchema = z
  .record(z.string(), settingSchema)
  .default({})
  .describe('As `holdfast destinations add` and `holdfast channels add` take them; secrets by reference.');
const kindSchema = z.string().min(1).max(64);

const destinationSchema = z.strictObject({ kind: kindSchema, settings: settingsSchema });

const pathSourceSchema = z.strictObject({
  kind: z.enum(['directory', 'sqlite']),
  path: z.string().min(1).max(4_096),
  environment: sourceNameSchema
    .optional()
    .describe('What it is restored together with; its own name without.'),
});
const serverSourceSchema = z.strictObject({
  kind: z.enum(['postgres']),
  environment: sourceNameSchema
    .optional()
    .describe('What it is restored together with; its own name without.'),
  settings: settingsSchema,
  secrets: z.record(z.string(), secretReferenceSchema).default({}),
});

/** The same as the API takes, but a key that nobody knows is an error: it would be a mistake that nobody sees. */
const [quarter, half, hourly, sixHours, twelveHours, daily, weekly, custom] = scheduleSchema.options;
const strictScheduleSchema = z.discriminatedUnion('preset', [
  quarter.strict(),
  half.strict(),
  hourly.strict(),
  sixHours.strict(),
  twelveHours.strict(),
  daily.strict(),
  weekly.strict(),
  custom.strict(),
]);
const strictSelectorSchema = selectorSchema
  .extend({ exclude: selectorSchema.shape.exclude.unwrap().strict().prefault({}) })
  .strict();

const planSchema = addPlanSchema
  .omit({ name: true })
  .extend({
    selector: strictSelectorSchema.optional().describe('Which sources it catches.'),
    schedule: strictScheduleSchema.prefault({ preset: 'daily' }),
    retention: retentionPolicySchema.strict().prefault({}),
    destinations: z
      .array(z.string().min(1))
      .max(20)
      .default([])
      .describe('Names; none: the default destination.'),
  })
  .strict();

const channelSchema = addChannelSchema.omit({ name: true }).extend({ settings: settingsSchema }).strict();

/**
 * What people configure, as one document. Names are the identity of what is in it; there are no ids. What it does not
 * name is left as it is.
 */
export const configurationSchema = z.strictObject({
  version: z.literal(1),
  defaultDestination: sourceNameSchema
    .optional()
    .describe('Where plans go that name no destination; without it, it stays as it is.'),
  destinations: z
    .record(sourceNameSchema, destinationSchema)
    .default({})
    .describe('Where backups go, by name.'),
  sources: z
    .record(sourceNameSchema, z.discriminatedUnion('kind', [pathSourceSchema, serverSourceSchema]))
    .default({})
    .describe('Sources that discovery cannot find, by name.'),
  plans: z
    .record(sourceNameSchema, planSchema)
    .default({})
    .describe('Which sources are backed up when, and for how long that is kept; by name.'),
  channels: z.record(sourceNameSchema, channelSchema).default({}).describe('Who is told of alerts, by name.'),
});
export type Configuration = z.infer<typeof configurationSchema>;

/** The most that a document may have, in bytes. */
export const largestConfiguration = 512 * 1024;

/** Of a configuration document, for editors. */
export function configurationJsonSchema(): Record<string, unknown> {
  return { title: 'Holdfast configuration', ...z.toJSONSchema(configurationSchema, { io: 'input' }) };
}

/** `before` and `after` are absent where there is none. A secret is said to be one, and never shown. */
export const fieldChangeSchema = z.object({
  path: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  secret: z.literal(true).optional(),
});
export type FieldChange = z.infer<typeof fieldChangeSchema>;

export const configurationNouns = ['destination', 'source', 'plan', 'channel'] as const;

export const configurationChangeSchema = z.object({
  noun: z.enum(configurationNouns),
  name: z.string(),
  action: z.enum(['create', 'update', 'delete']),
  fields: z.array(fieldChangeSchema),
});
export type ConfigurationChange = z.infer<typeof configurationChangeSchema>;

/** What in the document cannot be applied, and where that stands. */
export const configurationProblemSchema = z.object({ path: z.array(z.string()), message: z.string() });
export type ConfigurationProblem = z.infer<typeof configurationProblemSchema>;

export const diffConfigurationSchema = z.strictObject({
  document: configurationSchema,
  /** Whether what the document does not name is to be deleted. */
  prune: z.boolean().default(false),
});
export type DiffConfiguration = z.input<typeof diffConfigurationSchema>;

export const configurationDiffSchema = z.object({
  changes: z.array(configurationChangeSchema),
  /** While there are any, the document cannot be applied. */
  problems: z.array(configurationProblemSchema),
});
export type ConfigurationDiff = z.infer<typeof configurationDiffSchema>;

export const applyConfigurationSchema = diffConfigurationSchema.extend({
  /** Everything is checked and tried; nothing is changed. */
  dryRun: z.boolean().default(false),
  /** Applies it even though storage or a source cannot be reached now. */
  force: z.boolean().default(false),
});
export type ApplyConfiguration = z.input<typeof applyConfigurationSchema>;

/** The answer of `POST /v1/configuration/apply`: what was changed, or would have been. */
export const appliedConfigurationSchema = z.object({ changes: z.array(configurationChangeSchema) });
