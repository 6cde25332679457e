import type { SourceKind } from '@holdfast/sources';
import { z } from 'zod';
import type { NewOperation, StoredOperation } from '../operations/operation.ts';
import { backupResultSchema } from '../operations/operation.view.ts';
import type { StoredSource } from '../sources/source.ts';

export const passParamsSchema = z.object({
  /** Absent: everything that is protected when the pass begins. */
  sourceIds: z.array(z.string()).optional(),
  /** Of a pass that a person asked for. */
  destinationId: z.string().optional(),
  /** Of the pass of a plan: one after the other; none is the default one. */
  destinationIds: z.array(z.string()).optional(),
  /** Of the pass of a plan that came due: whatever shows the state of this instant or later is not taken again. */
  due: z.string().optional(),
  /** Snapshots by `madeKey`, of a pass that died with its process: this one does the rest of it. */
  made: z.record(z.string(), z.string()).optional(),
  /** Removes nothing afterwards: what is about to be restored may be among the oldest. */
  withoutRetention: z.boolean().optional(),
});

/** Passes to one destination name the source alone. */
export function madeKey(sourceId: string, destinationId: string, ofPlan: boolean): string {
  return ofPlan ? `${destinationId} ${sourceId}` : sourceId;
}

/**
 * What is counted in rows or keys comes before files, so that a row that names a file finds it: applications write
 * the file first. How the environment is built comes last, and learns what was taken before (decision 6).
 */
export const stages = ['databases', 'files', 'definitions'] as const;
export type Stage = (typeof stages)[number];

export function stageOf(kind: SourceKind<unknown> | undefined): Stage {
  if (kind?.detectEnvironment !== undefined) return 'definitions';
  return kind?.traits.counts === 'files' ? 'files' : 'databases';
}

/**
 * Whom the recovery point of an environment has to hold: whoever is protected, and whoever would be if it could
 * be (a database that does not run). What a person left out is not missed.
 */
export function expectedMembers(definition: StoredSource, all: readonly StoredSource[]): StoredSource[] {
  return all.filter(
    ({ id, environment, present, wanted, protected: guarded }) =>
      environment === definition.environment && id !== definition.id && present && (guarded || wanted),
  );
}

/** The same pass over what had not succeeded; nothing where only its retention was left to do. */
export function repeatPass(
  operation: StoredOperation,
  parts: readonly StoredOperation[],
): NewOperation | undefined {
  const params = passParamsSchema.parse(operation.params);
  const made: Record<string, string> = { ...params.made };
  const { planId } = operation;
  for (const { kind, state, source, destination, result } of parts) {
    if (kind !== 'backup' || state !== 'succeeded' || source?.id === undefined) continue;
    const key = madeKey(source.id, destination?.id ?? '', planId !== undefined);
    made[key] = backupResultSchema.parse(result).snapshotId;
  }
  if (params.sourceIds?.every((id) => made[id] !== undefined) === true) return undefined;
  const ofPlan = planId === undefined ? {} : { planId };
  return { kind: 'backup', role: 'pass', ...ofPlan, params: { ...params, made } };
}
