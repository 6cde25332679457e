import type {
  AlertCode,
  AlertSubject,
  AuditEntry,
  OperationKind,
  OperationState,
  Role,
  Session,
  Severity,
} from '@holdfast/contracts';
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
  /** The plan that it was started for; the plan may be gone since. */
  plan_id: string | null;
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
  /** Of the label holdfast.plan, a JSON array. */
  plan_labels: Json | null;
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
  /** Measured after the last prune, and what backups have added since. */
  stored_bytes: number | null;
  measured_at: Instant | null;
  /** The team key that opens it; also of one that is just being made with it. */
  team_key_id: string | null;
  /** 1 while keys that it had before may still open it. */
  old_keys: Generated<Flag>;
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
  /** What several alerts have in common. */
  cause: Json | null;
  acknowledged_by: string | null;
  acknowledged_at: Instant | null;
}

export interface ChannelsTable {
  id: string;
  name: string;
  kind: string;
  /** Without its secret settings, which are in the vault under `channel:<id>`. */
  settings: Json;
  enabled: Flag;
  min_severity: Severity;
  codes: Json | null;
  environments: Json | null;
  window_seconds: number;
  created_at: Instant;
  last_success_at: Instant | null;
  last_error: Json | null;
}

/** Which open alerts a channel was told of, and when last. */
export interface ChannelAlertsTable {
  channel_id: string;
  alert_id: string;
  told_at: Instant;
}

/** Messages: stored before they are sent. */
export interface DeliveriesTable {
  id: string;
  channel_id: string;
  notice: Json;
  state: 'waiting' | 'delivered' | 'given-up';
  attempts: number;
  next_attempt_at: Instant;
  created_at: Instant;
  ended_at: Instant | null;
}

export interface VaultSecretsTable {
  name: string;
  envelope: string;
  created_at: Instant;
}

/** Team keys, as far as they are no secret; the passwords are in the vault. */
export interface TeamKeysTable {
  /** Random, so that it gives nothing away of a password that a person chose. */
  id: string;
  role: 'current' | 'next' | 'previous';
  origin: 'generated' | 'chosen';
  created_at: Instant;
  confirmed_at: Instant | null;
  confirmed_by: string | null;
  wrong_attempts: number;
  last_wrong_at: Instant | null;
}

export interface PlansTable {
  id: string;
  name: string;
  selector: Json;
  schedule: Json;
  time_zone: string;
  /** A JSON array; empty for the default destination. */
  destination_ids: Json;
  retention: Json;
  jitter_seconds: number;
  enabled: Flag;
  consistency: 'live' | 'pause' | 'stop' | null;
  is_default: Flag;
  /** 1 once a person has changed it: the HOLDFAST_* variables shape it no longer. */
  edited: Flag;
  created_at: Instant;
  updated_at: Instant;
  /** Since when it has to be kept. */
  since: Instant;
  /** The run that was last acted on: whoever changes it from what it was starts the run. */
  last_due_at: Instant;
}

export interface SchedulesTable {
  name: string;
  /** The due time that was last acted on. */
  last_due_at: Instant;
}

/** What was stored of Holdfast's own database, and where: retention removes only what is named here. */
export interface SelfBackupsTable {
  id: string;
  uri: string;
  provider: 's3' | 'azure' | 'local';
  time: Instant;
  bytes: number;
  /** 1 when it was made by the schedule, and is removed by age. */
  scheduled: Flag;
}

/** Containers that have to run again, whatever becomes of the operation. No foreign key: the row outlives it. */
export interface StoppedServicesTable {
  operation_id: string;
  container_id: string;
  container_name: string;
  action: 'pause' | 'stop';
  created_at: Instant;
}

export interface PeopleTable {
  id: string;
  /** In small letters. */
  email: string;
  name: string;
  role: Role;
  /** Argon2id, with its parameters and salt. Null until they have chosen one. */
  password_hash: string | null;
  oidc_issuer: string | null;
  oidc_subject: string | null;
  /** 1 when a second factor is wanted; its secret is in the vault. */
  totp: Flag;
  /** The time step of the last code that was accepted: none is accepted twice. */
  totp_last_step: number;
  created_at: Instant;
  last_sign_in_at: Instant | null;
}

/** What lets a person choose a password, once: at most one each. */
export interface InvitationsTable {
  person_id: string;
  code_hash: string;
  /** 1 when using it also switches the second factor off. */
  forgets_totp: Flag;
  expires_at: Instant;
}

export interface RecoveryCodesTable {
  person_id: string;
  code_hash: string;
}

export interface SessionsTable {
  id: string;
  person_id: string;
  token_hash: string;
  method: Session['method'];
  created_at: Instant;
  last_used_at: Instant;
  expires_at: Instant;
  address: string | null;
  user_agent: string | null;
}

export interface ApiTokensTable {
  id: string;
  /** Null when it was made on the server itself. */
  person_id: string | null;
  name: string;
  token_hash: string;
  role: Role;
  created_at: Instant;
  expires_at: Instant | null;
  last_used_at: Instant | null;
}

/** Only ever added to. */
export interface AuditLogTable {
  /** Without gaps. */
  sequence: number;
  time: Instant;
  principal_kind: AuditEntry['principal']['kind'];
  principal_id: string;
  principal_name: string;
  action: string;
  subject: Json;
  status: number;
  address: string | null;
  /** Of this entry and of the hash before it. */
  hash: string;
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
  channels: ChannelsTable;
  channel_alerts: ChannelAlertsTable;
  deliveries: DeliveriesTable;
  vault_secrets: VaultSecretsTable;
  team_keys: TeamKeysTable;
  plans: PlansTable;
  schedules: SchedulesTable;
  stopped_services: StoppedServicesTable;
  people: PeopleTable;
  invitations: InvitationsTable;
  recovery_codes: RecoveryCodesTable;
  sessions: SessionsTable;
  api_tokens: ApiTokensTable;
  audit_log: AuditLogTable;
  self_backups: SelfBackupsTable;
}
