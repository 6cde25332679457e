import type { AlertCode, AlertSubject, OperationKind, OperationState } from '@holdfast/contracts';
import type { Generated } from 'kysely';

/** ISO 8601 in UTC with milliseconds: sorts as text, and reads the same on every database. */
export type Instant = string;
/** JSON text; parsed by its noun's store. */
export type Json = string;
/** 0 or 1: the one form that every database accepts. */
export type Flag = number;

export interface MetaTable {
  name: string;
  value: string;
}

export interface OperationsTable {
  id: string;
  kind: OperationKind;
  state: OperationState;
  parent_id: string | null;
  source_id: string | null;
  source_name: string | null;
  destination_id: string | null;
  destination_name: string | null;
  /** The repository that it works on, and whether it tolerates others there at the same time. */
  repository_id: string | null;
  repository_use: 'shared' | 'exclusive' | null;
  /** How much of the global budget it takes: 0 for a pass that only waits for its parts, else 1. */
  slots: number;
  attempt: number;
  params: Json;
  /** The process that runs it. */
  owner: string | null;
  /** Grows with every claim: a writer with an older fence has lost its lease and is refused. */
  fence: number;
  /** Grows while the owner lives. Watched, never compared with a clock. */
  heartbeat: number;
  cancel_requested: Flag;
  /** `pending` when a dead operation may have left something in the repository or the source. */
  clean_up: 'none' | 'pending';
  /** 1 when it died with its process and a serving Holdfast is to begin it again. */
  repeat: Flag;
  created_at: Instant;
  started_at: Instant | null;
  finished_at: Instant | null;
  progress: Json | null;
  result: Json | null;
  error: Json | null;
}

export interface OperationLogTable {
  operation_id: string;
  sequence: number;
  time: Instant;
  level: 'info' | 'warn' | 'error';
  message: string;
}

export interface SourcesTable {
  id: string;
  name: string;
  kind: string;
  server: string;
  environment: string;
  declared: Flag;
  locator: Json;
  container_name: string | null;
  container_id: string | null;
  compose_project: string | null;
  compose_service: string | null;
  compose_number: number | null;
  image: string | null;
  path: string | null;
  /** What finds it again where no container does: a volume, a path, a file in a volume, an environment. */
  place: string | null;
  volume: string | null;
  wanted: Generated<Flag>;
  present: Flag;
  protected: Flag;
  reason: string | null;
  created_at: Instant;
  last_seen_at: Instant | null;
  last_attempt_at: Instant | null;
  last_success_at: Instant | null;
  last_verified_at: Instant | null;
  /** How long the restore took that was verified last. */
  last_recovery_ms: number | null;
}

export interface DestinationsTable {
  id: string;
  name: string;
  kind: string;
  /** Without its secret settings, which are in the vault under `destination:<id>`. */
  settings: Json;
  is_default: Flag;
  /** Made from HOLDFAST_* variables, and kept in step with them. */
  from_environment: Flag;
  created_at: Instant;
  last_probe: Json | null;
}

export interface RepositoriesTable {
  id: string;
  source_id: string;
  destination_id: string;
  /** Below `restic/` in the destination. */
  path: string;
  created_at: Instant;
  initialised_at: Instant | null;
  last_check_at: Instant | null;
  last_check_error: Json | null;
  last_prune_at: Instant | null;
}

export interface SnapshotsTable {
  id: string;
  /** Order of arrival here, which no clock can change. */
  arrival: number;
  source_id: string;
  source_name: string;
  kind: string;
  container: string | null;
  destination_id: string;
  repository_id: string;
  operation_id: string;
  time: Instant;
  created_at: Instant;
  bytes: number;
  bytes_added: number;
  duration_ms: number;
  state: 'good' | 'suspicious';
  manifest_restic_id: string;
  counts: Json;
  proof: Json | null;
}

export interface SnapshotPartsTable {
  snapshot_id: string;
  position: number;
  path: string;
  restic_id: string;
  bytes: number;
}

/** What arrived in a destination on one day (of UTC), so that nobody has to add up a million snapshots. */
export interface SnapshotDaysTable {
  destination_id: string;
  day: string;
  /** All that arrived; what was removed since stays counted. */
  snapshots: number;
  bytes: number;
  bytes_added: number;
  /** Those of them that are still there. */
  kept: number;
  kept_bytes_added: number;
}

export interface RecoveryPointsTable {
  id: string;
  /** Order of arrival here, which no clock can change. */
  arrival: number;
  environment: string;
  destination_id: string;
  /** The pass. */
  operation_id: string;
  time: Instant;
  created_at: Instant;
  state: 'complete' | 'partial';
}

export interface RecoveryPointMembersTable {
  recovery_point_id: string;
  position: number;
  role: 'member' | 'definition';
  source_id: string;
  source_name: string;
  kind: string;
  /** Null when it failed, or when the snapshot was removed since. */
  snapshot_id: string | null;
  error: string | null;
}

/** What a restore of an environment did, and was about to do: what takes it back after a crash. */
export interface RestoreJournalTable {
  operation_id: string;
  sequence: number;
  entry: Json;
}

/** Sources that nothing but this operation and its parts may touch while it runs. */
export interface OperationHoldsTable {
  operation_id: string;
  source_id: string;
}

export interface DrillsTable {
  id: string;
  operation_id: string;
  source_id: string;
  source_name: string;
  /** The snapshot may be gone since. */
  snapshot_id: string;
  snapshot_time: Instant;
  finished_at: Instant;
  ok: Flag;
  compared: Json;
  hashes: number;
  duration_ms: number;
  error: Json | null;
}

export interface AlertsTable {
  id: string;
  code: AlertCode;
  subject_kind: AlertSubject['kind'];
  subject_id: string;
  subject_name: string;
  message: string;
  hint: string;
  since: Instant;
  last_seen_at: Instant;
  occurrences: number;
  /** Null while it is open. */
  resolved_at: Instant | null;
}

export interface VaultSecretsTable {
  name: string;
  envelope: string;
  created_at: Instant;
}

export interface SchedulesTable {
  name: string;
  /** The due time that was last acted on. */
  last_due_at: Instant;
}

/** Containers that have to run again, whatever becomes of the operation. No foreign key: the row outlives it. */
export interface StoppedServicesTable {
  operation_id: string;
  container_id: string;
  container_name: string;
  action: 'pause' | 'stop';
  created_at: Instant;
}

export interface Schema {
  meta: MetaTable;
  operations: OperationsTable;
  operation_log: OperationLogTable;
  sources: SourcesTable;
  destinations: DestinationsTable;
  repositories: RepositoriesTable;
  snapshots: SnapshotsTable;
  snapshot_parts: SnapshotPartsTable;
  snapshot_days: SnapshotDaysTable;
  recovery_points: RecoveryPointsTable;
  recovery_point_members: RecoveryPointMembersTable;
  restore_journal: RestoreJournalTable;
  operation_holds: OperationHoldsTable;
  drills: DrillsTable;
  alerts: AlertsTable;
  vault_secrets: VaultSecretsTable;
  schedules: SchedulesTable;
  stopped_services: StoppedServicesTable;
}
