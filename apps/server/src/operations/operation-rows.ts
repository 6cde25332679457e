import { failureSchema, progressSchema } from '@holdfast/contracts';
import type { Insertable, Selectable } from 'kysely';
import { z } from 'zod';
import type { OperationsTable } from '../database/schema.ts';
import type { NewOperation, StoredOperation } from './operation.ts';

const recordSchema = z.record(z.string(), z.unknown());

function parseJson<T>(schema: z.ZodType<T>, json: string | null): T | undefined {
  return json === null ? undefined : schema.parse(JSON.parse(json));
}

function reference(id: string | null, name: string | null): { id: string; name: string } | undefined {
  return id === null || name === null ? undefined : { id, name };
}

export function fromRow(row: Selectable<OperationsTable>): StoredOperation {
  return {
    id: row.id,
    kind: row.kind,
    role: row.slots === 0 ? 'pass' : 'part',
    state: row.state,
    parentId: row.parent_id ?? undefined,
    planId: row.plan_id ?? undefined,
    source: row.source_name === null ? undefined : { id: row.source_id ?? undefined, name: row.source_name },
    destination: reference(row.destination_id, row.destination_name),
    repository:
      row.repository_id === null || row.repository_use === null
        ? undefined
        : { id: row.repository_id, use: row.repository_use },
    attempt: row.attempt,
    params: recordSchema.parse(JSON.parse(row.params)),
    owner: row.owner ?? undefined,
    fence: row.fence,
    heartbeat: row.heartbeat,
    cancelRequested: row.cancel_requested === 1,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    progress: parseJson(progressSchema, row.progress),
    result: parseJson(recordSchema, row.result),
    error: parseJson(failureSchema, row.error),
  };
}

export function toRow(id: string, operation: NewOperation, createdAt: string): Insertable<OperationsTable> {
  return {
    id,
    kind: operation.kind,
    state: 'queued',
    parent_id: operation.parentId ?? null,
    plan_id: operation.planId ?? null,
    source_id: operation.source?.id ?? null,
    source_name: operation.source?.name ?? null,
    destination_id: operation.destination?.id ?? null,
    destination_name: operation.destination?.name ?? null,
    repository_id: operation.repository?.id ?? null,
    repository_use: operation.repository?.use ?? null,
    slots: operation.role === 'pass' ? 0 : 1,
    attempt: operation.attempt ?? 1,
    params: JSON.stringify(operation.params),
    owner: null,
    fence: 0,
    heartbeat: 0,
    cancel_requested: 0,
    clean_up: 'none',
    repeat: 0,
    created_at: createdAt,
    started_at: null,
    finished_at: null,
    progress: null,
    result: null,
    error: null,
  };
}
