import type { BackupItem, DrillItem, Operation, Progress } from '@holdfast/contracts';
import { z } from 'zod';
import type { StoredOperation } from './operation.ts';

/** What a backup of one source reports; the fields that its item in the pass shows. */
export const backupResultSchema = z.object({
  snapshotId: z.string(),
  bytesRead: z.number(),
  bytesAdded: z.number(),
  durationMs: z.number(),
  dataPath: z.string().optional(),
});
export type BackupResult = z.infer<typeof backupResultSchema>;

/** What a drill of one snapshot reports. */
const drillResultSchema = z.object({
  compared: z.record(z.string(), z.number()),
  hashes: z.number(),
  durationMs: z.number(),
});
export type DrillResult = z.infer<typeof drillResultSchema>;

export const drillParamsSchema = z.object({
  sourceId: z.string(),
  sourceKind: z.string(),
  snapshotId: z.string(),
  snapshotTime: z.string(),
});
export type DrillParams = z.infer<typeof drillParamsSchema>;

/** What the item of a backup that has not ended, or failed, still has to say. */
const backupParamsSchema = z.object({ sourceKind: z.string() });

/** Of a restore of a whole environment. */
const environmentParamsSchema = z.object({ environment: z.string() });

/** An operation as every interface shows it. */
export function toOperation(
  stored: StoredOperation,
  parts: readonly StoredOperation[] = [],
  live?: Progress,
): Operation {
  return {
    id: stored.id,
    kind: stored.kind,
    state: stored.state,
    parentId: stored.parentId,
    source: stored.source?.name,
    environment: environmentParamsSchema.safeParse(stored.params).data?.environment,
    destination: stored.destination?.name,
    planId: stored.planId,
    attempt: stored.attempt,
    createdAt: stored.createdAt,
    startedAt: stored.startedAt,
    finishedAt: stored.finishedAt,
    progress: live ?? stored.progress,
    items: stored.kind === 'backup' && stored.role === 'pass' ? backupItems(parts) : undefined,
    drills: stored.kind === 'drill' && stored.role === 'pass' ? drillItems(parts) : undefined,
    result: stored.result === undefined ? undefined : { ...stored.result },
    error: stored.error,
  };
}

function backupItems(parts: readonly StoredOperation[]): BackupItem[] {
  return parts.filter((part) => part.kind === 'backup').map(backupItem);
}

function backupItem(part: StoredOperation): BackupItem {
  const result = backupResultSchema.safeParse(part.result);
  return {
    source: part.source?.name ?? '',
    kind: backupParamsSchema.safeParse(part.params).data?.sourceKind ?? '',
    operationId: part.id,
    state: part.state,
    destination: part.destination?.name,
    bytesRead: 0,
    bytesAdded: 0,
    durationMs: elapsedMs(part),
    ...result.data,
    error: part.error,
  };
}

function drillItems(parts: readonly StoredOperation[]): DrillItem[] {
  return parts
    .filter((part) => part.kind === 'drill')
    .map((part) => {
      const { sourceKind, snapshotId, snapshotTime } = drillParamsSchema.parse(part.params);
      return {
        source: part.source?.name ?? '',
        kind: sourceKind,
        operationId: part.id,
        state: part.state,
        snapshotId,
        snapshotTime,
        compared: {},
        hashes: 0,
        durationMs: elapsedMs(part),
        ...drillResultSchema.safeParse(part.result).data,
        error: part.error,
      };
    });
}

function elapsedMs({ startedAt, finishedAt }: StoredOperation): number {
  if (startedAt === undefined || finishedAt === undefined) return 0;
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt));
}
