import type { Insertable, Selectable } from 'kysely';
import type { SourcesTable } from '../database/schema.ts';
import { parsePlanLabels } from './plan-labels.ts';
import type { StoredSource } from './source.ts';

/** What a record says of it; what only its backups and drills tell is left as it is. */
export function toColumns(
  source: StoredSource,
): Omit<Insertable<SourcesTable>, 'id' | 'created_at' | 'last_seen_at'> {
  return {
    name: source.name,
    kind: source.kind,
    server: source.server,
    environment: source.environment,
    declared: source.declared ? 1 : 0,
    locator: JSON.stringify(source.locator),
    container_name: source.containerName ?? null,
    container_id: source.containerId ?? null,
    compose_project: source.compose?.project ?? null,
    compose_service: source.compose?.service ?? null,
    compose_number: source.compose?.number ?? null,
    image: source.image ?? null,
    path: source.path ?? null,
    volume: source.volume ?? null,
    place: source.place ?? null,
    wanted: source.wanted ? 1 : 0,
    plan_labels: source.planLabels === undefined ? null : JSON.stringify(source.planLabels),
    present: source.present ? 1 : 0,
    protected: source.protected ? 1 : 0,
    reason: source.reason ?? null,
  };
}

export function fromRow(row: Selectable<SourcesTable>): StoredSource {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    server: row.server,
    environment: row.environment,
    declared: row.declared === 1,
    locator: JSON.parse(row.locator),
    containerName: row.container_name ?? undefined,
    containerId: row.container_id ?? undefined,
    compose:
      row.compose_project === null || row.compose_service === null || row.compose_number === null
        ? undefined
        : { project: row.compose_project, service: row.compose_service, number: row.compose_number },
    image: row.image ?? undefined,
    path: row.path ?? undefined,
    volume: row.volume ?? undefined,
    place: row.place ?? undefined,
    wanted: row.wanted === 1,
    planLabels: row.plan_labels === null ? undefined : parsePlanLabels(row.plan_labels),
    since: row.created_at,
    reason: row.reason ?? undefined,
    lastAttempt: row.last_attempt_at ?? undefined,
    ...guardOf(row),
  };
}

type GuardColumns = Pick<
  Selectable<SourcesTable>,
  'present' | 'protected' | 'last_success_at' | 'last_verified_at' | 'last_recovery_ms'
>;

/** How well it is guarded. */
export function guardOf(row: GuardColumns) {
  return {
    present: row.present === 1,
    protected: row.protected === 1,
    lastSuccess: row.last_success_at ?? undefined,
    lastVerified: row.last_verified_at ?? undefined,
    recoveryMs: row.last_recovery_ms ?? undefined,
  };
}
