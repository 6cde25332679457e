import { instantSchema, manifestSchema } from '@holdfast/contracts';
import { dataPaths } from '@holdfast/docker';
import { Secret } from '@holdfast/runtime';
import { consistencies, type Exchange, type RestoreReport } from '@holdfast/sources';
import { z } from 'zod';

/**
 * What a worker in a helper container and the Holdfast that started it tell each other: one JSON document a line. It
 * is the only way that secrets take there, so nothing of it may be logged.
 */

/** A manifest may hold much; more than this on one line is not ours. In characters. */
export const lineLimit = 64 * 1024 * 1024;

const revealed = z.string().transform((value) => new Secret(value));
const secretEnvironment = z.record(
  z.string(),
  z.union([z.string(), z.object({ secret: revealed }).transform(({ secret }) => secret)]),
);

const repositorySchema = z.object({
  access: z.object({
    location: z.string(),
    environment: secretEnvironment,
    options: z.array(z.string()).readonly(),
  }),
  password: revealed,
  keyHint: z.string().optional(),
  host: z.string(),
});

const exchangeShape = {
  restored: z.array(z.string()).readonly(),
  previous: z.array(z.string()).readonly(),
};
const exchangeSchema = z.object(exchangeShape) satisfies z.ZodType<Exchange>;

const reportSchema = z.object({
  ...exchangeShape,
  verified: z.record(z.string(), z.number()),
  verifiedHashes: z.record(z.string(), z.string()).optional(),
  warnings: z.array(z.string()).readonly(),
}) satisfies z.ZodType<RestoreReport>;

const sourceJobShape = {
  operationId: z.string(),
  locator: z.unknown(),
  dataPath: z.enum([...dataPaths, 'auto']),
  secrets: z.record(z.string(), revealed).optional(),
};

const jobShape = {
  ...sourceJobShape,
  source: manifestSchema.shape.source,
  repository: repositorySchema,
};

export const taskSchema = z.discriminatedUnion('verb', [
  z.object({
    verb: z.literal('backup'),
    ...jobShape,
    snapshotId: z.string(),
    version: z.string(),
    expectedBytes: z.number().optional(),
  }),
  z.object({
    verb: z.literal('restore'),
    ...jobShape,
    manifestResticId: z.string(),
    mode: z.enum(['swap', 'beside', 'in-place']),
    newName: z.string().optional(),
    part: z.string().optional(),
    paths: z.array(z.string()).readonly().optional(),
  }),
  z.object({ verb: z.literal('clean-up'), ...sourceJobShape }),
  z.object({ verb: z.literal('revert'), ...sourceJobShape, exchange: exchangeSchema }),
]);
export type Task = z.infer<typeof taskSchema>;

const settingsSchema = z.object({
  dockerHost: z.string().optional(),
  lockWaitMs: z.number(),
  retryDeadlineMs: z.number(),
  /** What child processes inherit: certificates, proxies, the time zone. */
  environment: z.record(z.string(), z.string()),
});
/** How the worker reaches what the Holdfast that started it reaches. */
export type RemoteSettings = z.infer<typeof settingsSchema>;

/** The first line. */
export const orderSchema = z.object({
  kind: z.string(),
  settings: settingsSchema,
  /** Absent: no container may be stopped. */
  defaultConsistency: z.enum(consistencies).optional(),
  task: taskSchema,
});
export type Order = z.infer<typeof orderSchema>;

const failureSchema = z.object({ code: z.string(), detail: z.string(), hint: z.string() });

/** Every further line to the worker. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('granted'), request: z.number() }),
  z.object({ type: z.literal('refused'), request: z.number(), failure: failureSchema }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

/** Every line from the worker; `done` or `failed` is the last. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), name: z.string() }),
  z.object({ type: z.literal('progress'), bytesDone: z.number(), bytesTotal: z.number().optional() }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  z.object({ type: z.literal('left-behind') }),
  // Requests, numbered by the worker, each of which is granted or refused.
  z.object({
    type: z.literal('hold'),
    request: z.number(),
    action: z.enum(['pause', 'stop']),
    containers: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
  z.object({ type: z.literal('release'), request: z.number(), hold: z.number() }),
  z.object({ type: z.literal('exchange'), request: z.number(), exchange: exchangeSchema }),
  // Without a result where the verb has none.
  z.object({ type: z.literal('done'), result: z.unknown().optional() }),
  z.object({ type: z.literal('failed'), failure: failureSchema }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
export type WorkerRequest = Extract<FromWorker, { readonly request: number }>;
export type Failed = z.infer<typeof failureSchema>;

const instantAsDate = instantSchema.transform((time) => new Date(time));

/** What `done` carries, by verb. */
export const results = {
  backup: z.object({
    time: instantAsDate,
    parts: manifestSchema.shape.parts,
    manifest: manifestSchema,
    manifestResticId: z.string(),
    bytesRead: z.number(),
    bytesAdded: z.number(),
    dataPath: z.string().optional(),
  }),
  restore: reportSchema,
} as const;

/** One line, secrets in the clear. */
export function encodeOrder(order: Order): string {
  const { task } = order;
  const { secrets } = task;
  const shown = {
    ...task,
    ...(secrets === undefined ? {} : { secrets: mapValues(secrets, (secret) => secret.reveal()) }),
    ...('repository' in task ? { repository: revealRepository(task.repository) } : {}),
  };
  return `${JSON.stringify({ ...order, task: shown })}\n`;
}

function revealRepository({ access, password, ...rest }: z.infer<typeof repositorySchema>) {
  const environment = mapValues(access.environment, (value) =>
    value instanceof Secret ? { secret: value.reveal() } : value,
  );
  return { ...rest, access: { ...access, environment }, password: password.reveal() };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
