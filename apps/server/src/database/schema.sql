CREATE TABLE "alerts" ("id" text primary key, "code" text not null, "subject_kind" text not null, "subject_id" text not null, "subject_name" text not null, "message" text not null, "hint" text not null, "since" text not null, "last_seen_at" text not null, "occurrences" integer not null, "resolved_at" text, "cause" text, "acknowledged_by" text, "acknowledged_at" text);

CREATE INDEX "alerts_by_resolution" on "alerts" ("resolved_at", "id");

CREATE UNIQUE INDEX "alerts_one_open" on "alerts" ("code", "subject_kind", "subject_id") where "resolved_at" is null;

CREATE TABLE "api_tokens" ("id" text primary key, "person_id" text references "people" ("id") on delete cascade, "name" text not null, "token_hash" text not null unique, "role" text not null, "created_at" text not null, "expires_at" text, "last_used_at" text);

CREATE INDEX "api_tokens_by_person" on "api_tokens" ("person_id");

CREATE TABLE "audit_log" ("sequence" bigint primary key, "time" text not null, "principal_kind" text not null, "principal_id" text not null, "principal_name" text not null, "action" text not null, "subject" text not null, "status" integer not null, "address" text, "hash" text not null);

CREATE TABLE "channel_alerts" ("channel_id" text not null references "channels" ("id") on delete cascade, "alert_id" text not null references "alerts" ("id") on delete cascade, "told_at" text not null, constraint "channel_alerts_key" primary key ("channel_id", "alert_id"));

CREATE TABLE "channels" ("id" text primary key, "name" text not null unique, "kind" text not null, "settings" text not null, "enabled" integer not null, "min_severity" text not null, "codes" text, "environments" text, "window_seconds" integer not null, "created_at" text not null, "last_success_at" text, "last_error" text);

CREATE TABLE "deliveries" ("id" text primary key, "channel_id" text not null references "channels" ("id") on delete cascade, "notice" text not null, "state" text not null, "attempts" integer not null, "next_attempt_at" text not null, "created_at" text not null, "ended_at" text);

CREATE INDEX "deliveries_by_state" on "deliveries" ("state", "next_attempt_at");

CREATE TABLE "destinations" ("id" text primary key, "name" text not null unique, "kind" text not null, "settings" text not null, "is_default" integer not null, "from_environment" integer not null, "created_at" text not null, "last_probe" text);

CREATE TABLE "drills" ("id" text primary key, "operation_id" text not null, "source_id" text not null references "sources" ("id") on delete cascade, "source_name" text not null, "snapshot_id" text not null, "snapshot_time" text not null, "finished_at" text not null, "ok" integer not null, "compared" text not null, "hashes" integer not null, "duration_ms" bigint not null, "error" text);

CREATE INDEX "drills_by_source" on "drills" ("source_id", "finished_at");

CREATE INDEX "drills_by_time" on "drills" ("finished_at", "id");

CREATE TABLE "invitations" ("person_id" text primary key references "people" ("id") on delete cascade, "code_hash" text not null unique, "forgets_totp" integer not null, "expires_at" text not null);

CREATE TABLE "meta" ("name" text primary key, "value" text not null);

CREATE TABLE "operation_holds" ("operation_id" text not null references "operations" ("id") on delete cascade, "source_id" text not null, constraint "operation_holds_key" primary key ("operation_id", "source_id"));

CREATE TABLE "operation_log" ("operation_id" text not null references "operations" ("id") on delete cascade, "sequence" integer not null, "time" text not null, "level" text not null, "message" text not null, constraint "operation_log_key" primary key ("operation_id", "sequence"));

CREATE TABLE "operations" ("id" text primary key, "kind" text not null, "state" text not null, "parent_id" text references "operations" ("id") on delete cascade, "source_id" text, "source_name" text, "destination_id" text, "destination_name" text, "repository_id" text, "repository_use" text, "slots" integer not null, "attempt" integer not null, "params" text not null, "owner" text, "fence" bigint not null, "heartbeat" bigint not null, "cancel_requested" integer not null, "clean_up" text not null, "repeat" integer not null, "created_at" text not null, "started_at" text, "finished_at" text, "progress" text, "result" text, "error" text, "plan_id" text);

CREATE INDEX "operations_by_clean_up" on "operations" ("clean_up", "id");

CREATE INDEX "operations_by_creation" on "operations" ("created_at");

CREATE INDEX "operations_by_end" on "operations" ("parent_id", "finished_at", "state");

CREATE INDEX "operations_by_kind" on "operations" ("kind", "slots", "state", "source_id", "id");

CREATE INDEX "operations_by_parent" on "operations" ("parent_id", "id");

CREATE INDEX "operations_by_parent_kind" on "operations" ("parent_id", "kind", "id");

CREATE INDEX "operations_by_parent_state" on "operations" ("parent_id", "state", "id");

CREATE INDEX "operations_by_plan" on "operations" ("plan_id", "id");

CREATE INDEX "operations_by_repeat" on "operations" ("repeat", "id");

CREATE INDEX "operations_by_state" on "operations" ("state", "id");

CREATE UNIQUE INDEX "operations_one_exclusive_per_repository" on "operations" ("repository_id") where "state" = 'running' and "repository_use" = 'exclusive';

CREATE UNIQUE INDEX "operations_one_running_per_source" on "operations" ("source_id") where "state" = 'running';

CREATE TABLE "people" ("id" text primary key, "email" text not null unique, "name" text not null, "role" text not null, "password_hash" text, "oidc_issuer" text, "oidc_subject" text, "totp" integer not null, "totp_last_step" bigint not null, "created_at" text not null, "last_sign_in_at" text, constraint "people_by_subject" unique ("oidc_issuer", "oidc_subject"));

CREATE TABLE "plans" ("id" text primary key, "name" text not null unique, "selector" text not null, "schedule" text not null, "time_zone" text not null, "destination_ids" text not null, "retention" text not null, "jitter_seconds" integer not null, "enabled" integer not null, "consistency" text, "is_default" integer not null, "edited" integer not null, "created_at" text not null, "updated_at" text not null, "since" text not null, "last_due_at" text not null);

CREATE UNIQUE INDEX "plans_one_default" on "plans" ("is_default") where "is_default" = 1;

CREATE TABLE "recovery_codes" ("person_id" text not null references "people" ("id") on delete cascade, "code_hash" text not null, constraint "recovery_codes_key" primary key ("person_id", "code_hash"));

CREATE TABLE "recovery_point_members" ("recovery_point_id" text not null references "recovery_points" ("id") on delete cascade, "position" integer not null, "role" text not null, "source_id" text not null, "source_name" text not null, "kind" text not null, "snapshot_id" text unique references "snapshots" ("id") on delete set null, "error" text, constraint "recovery_point_members_key" primary key ("recovery_point_id", "position"));

CREATE TABLE "recovery_points" ("id" text primary key, "arrival" bigint not null unique, "environment" text not null, "destination_id" text not null references "destinations" ("id") on delete cascade, "operation_id" text not null, "time" text not null, "created_at" text not null, "state" text not null);

CREATE INDEX "recovery_points_by_destination" on "recovery_points" ("destination_id", "arrival");

CREATE INDEX "recovery_points_by_environment" on "recovery_points" ("environment", "arrival");

CREATE INDEX "recovery_points_by_operation" on "recovery_points" ("operation_id");

CREATE TABLE "repositories" ("id" text primary key, "source_id" text not null references "sources" ("id"), "destination_id" text not null references "destinations" ("id") on delete cascade, "path" text not null, "created_at" text not null, "initialised_at" text, "last_check_at" text, "last_check_error" text, "last_prune_at" text, "team_key_id" text, "old_keys" integer default 0 not null, "stored_bytes" bigint, "measured_at" text, constraint "repositories_one_owner" unique ("destination_id", "path"), constraint "repositories_one_per_source" unique ("source_id", "destination_id"));

CREATE TABLE "restore_journal" ("operation_id" text not null references "operations" ("id") on delete cascade, "sequence" integer not null, "entry" text not null, constraint "restore_journal_key" primary key ("operation_id", "sequence"));

CREATE TABLE "schedules" ("name" text primary key, "last_due_at" text not null);

CREATE TABLE "self_backups" ("id" text primary key, "uri" text not null unique, "provider" text not null, "time" text not null, "bytes" bigint not null, "scheduled" integer not null);

CREATE TABLE "sessions" ("id" text primary key, "person_id" text not null references "people" ("id") on delete cascade, "token_hash" text not null unique, "method" text not null, "created_at" text not null, "last_used_at" text not null, "expires_at" text not null, "address" text, "user_agent" text);

CREATE INDEX "sessions_by_person" on "sessions" ("person_id");

CREATE TABLE "snapshot_days" ("destination_id" text not null references "destinations" ("id") on delete cascade, "day" text not null, "snapshots" bigint not null, "bytes" bigint not null, "bytes_added" bigint not null, "kept" bigint not null, "kept_bytes_added" bigint not null, constraint "snapshot_days_key" primary key ("day", "destination_id"));

CREATE TABLE "snapshot_parts" ("snapshot_id" text not null references "snapshots" ("id") on delete cascade, "position" integer not null, "path" text not null, "restic_id" text not null, "bytes" bigint not null, constraint "snapshot_parts_key" primary key ("snapshot_id", "position"));

CREATE INDEX "snapshot_parts_by_restic_id" on "snapshot_parts" ("restic_id");

CREATE TABLE "snapshots" ("id" text primary key, "arrival" bigint not null unique, "source_id" text not null references "sources" ("id"), "source_name" text not null, "kind" text not null, "container" text, "destination_id" text not null references "destinations" ("id") on delete cascade, "repository_id" text not null references "repositories" ("id") on delete cascade, "operation_id" text not null, "time" text not null, "created_at" text not null, "bytes" bigint not null, "bytes_added" bigint not null, "duration_ms" bigint not null, "state" text not null, "manifest_restic_id" text not null, "counts" text not null, "proof" text);

CREATE INDEX "snapshots_by_destination_arrival" on "snapshots" ("destination_id", "arrival");

CREATE INDEX "snapshots_by_manifest" on "snapshots" ("manifest_restic_id");

CREATE INDEX "snapshots_by_place_arrival" on "snapshots" ("source_id", "destination_id", "arrival");

CREATE INDEX "snapshots_by_repository" on "snapshots" ("repository_id");

CREATE INDEX "snapshots_by_source" on "snapshots" ("source_id", "destination_id", "time");

CREATE INDEX "snapshots_by_source_arrival" on "snapshots" ("source_id", "arrival");

CREATE TABLE "sources" ("id" text primary key, "name" text not null, "kind" text not null, "server" text not null, "environment" text not null, "declared" integer not null, "locator" text not null, "container_name" text, "container_id" text, "compose_project" text, "compose_service" text, "compose_number" integer, "image" text, "path" text, "present" integer not null, "protected" integer not null, "reason" text, "created_at" text not null, "last_seen_at" text, "last_attempt_at" text, "last_success_at" text, "last_verified_at" text, "place" text, "volume" text, "wanted" integer default 1 not null, "last_recovery_ms" bigint, "plan_labels" text);

CREATE INDEX "sources_by_container" on "sources" ("container_name");

CREATE INDEX "sources_by_environment" on "sources" ("environment", "present", "protected", "wanted", "last_success_at", "last_verified_at", "last_recovery_ms");

CREATE INDEX "sources_by_name" on "sources" ("name", "id");

CREATE TABLE "stopped_services" ("operation_id" text not null, "container_id" text not null, "container_name" text not null, "action" text not null, "created_at" text not null, constraint "stopped_services_key" primary key ("operation_id", "container_id"));

CREATE TABLE "team_keys" ("id" text primary key, "role" text not null unique, "origin" text not null, "created_at" text not null, "confirmed_at" text, "confirmed_by" text, "wrong_attempts" integer not null, "last_wrong_at" text);

CREATE TABLE "vault_secrets" ("name" text primary key, "envelope" text not null, "created_at" text not null);
