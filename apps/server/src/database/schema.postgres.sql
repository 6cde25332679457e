create table alerts (
  id text collate "C" not null,
  code text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_id text collate "C" not null,
  subject_name text collate "C" not null,
  message text collate "C" not null,
  hint text collate "C" not null,
  since text collate "C" not null,
  last_seen_at text collate "C" not null,
  occurrences integer not null,
  resolved_at text collate "C",
  cause text collate "C",
  acknowledged_by text collate "C",
  acknowledged_at text collate "C",
  constraint alerts_pkey1 PRIMARY KEY (id)
);

CREATE INDEX alerts_by_resolution ON alerts USING btree (resolved_at, id);
CREATE UNIQUE INDEX alerts_one_open ON alerts USING btree (code, subject_kind, subject_id) WHERE (resolved_at IS NULL);

create table api_tokens (
  id text collate "C" not null,
  person_id text collate "C",
  name text collate "C" not null,
  token_hash text collate "C" not null,
  role text collate "C" not null,
  created_at text collate "C" not null,
  expires_at text collate "C",
  last_used_at text collate "C",
  constraint api_tokens_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE,
  constraint api_tokens_pkey PRIMARY KEY (id),
  constraint api_tokens_token_hash_key UNIQUE (token_hash)
);

CREATE INDEX api_tokens_by_person ON api_tokens USING btree (person_id);

create table audit_log (
  sequence bigint not null,
  "time" text collate "C" not null,
  principal_kind text collate "C" not null,
  principal_id text collate "C" not null,
  principal_name text collate "C" not null,
  action text collate "C" not null,
  subject text collate "C" not null,
  status integer not null,
  address text collate "C",
  hash text collate "C" not null,
  constraint audit_log_pkey PRIMARY KEY (sequence)
);

create table channel_alerts (
  channel_id text collate "C" not null,
  alert_id text collate "C" not null,
  told_at text collate "C" not null,
  constraint channel_alerts_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE CASCADE,
  constraint channel_alerts_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE CASCADE,
  constraint channel_alerts_key PRIMARY KEY (channel_id, alert_id)
);

create table channels (
  id text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  settings text collate "C" not null,
  enabled integer not null,
  min_severity text collate "C" not null,
  codes text collate "C",
  environments text collate "C",
  window_seconds integer not null,
  created_at text collate "C" not null,
  last_success_at text collate "C",
  last_error text collate "C",
  constraint channels_name_key UNIQUE (name),
  constraint channels_pkey PRIMARY KEY (id)
);

create table deliveries (
  id text collate "C" not null,
  channel_id text collate "C" not null,
  notice text collate "C" not null,
  state text collate "C" not null,
  attempts integer not null,
  next_attempt_at text collate "C" not null,
  created_at text collate "C" not null,
  ended_at text collate "C",
  constraint deliveries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE CASCADE,
  constraint deliveries_pkey PRIMARY KEY (id)
);

CREATE INDEX deliveries_by_state ON deliveries USING btree (state, next_attempt_at);

create table destinations (
  id text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  settings text collate "C" not null,
  is_default integer not null,
  from_environment integer not null,
  created_at text collate "C" not null,
  last_probe text collate "C",
  constraint destinations_name_key UNIQUE (name),
  constraint destinations_pkey PRIMARY KEY (id)
);

create table drills (
  id text collate "C" not null,
  operation_id text collate "C" not null,
  source_id text collate "C" not null,
  source_name text collate "C" not null,
  snapshot_id text collate "C" not null,
  snapshot_time text collate "C" not null,
  finished_at text collate "C" not null,
  ok integer not null,
  compared text collate "C" not null,
  hashes integer not null,
  duration_ms bigint not null,
  error text collate "C",
  constraint drills_pkey PRIMARY KEY (id),
  constraint drills_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE CASCADE
);

CREATE INDEX drills_by_source ON drills USING btree (source_id, finished_at);
CREATE INDEX drills_by_time ON drills USING btree (finished_at, id);

create table invitations (
  person_id text collate "C" not null,
  code_hash text collate "C" not null,
  forgets_totp integer not null,
  expires_at text collate "C" not null,
  constraint invitations_code_hash_key UNIQUE (code_hash),
  constraint invitations_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE,
  constraint invitations_pkey PRIMARY KEY (person_id)
);

create table meta (
  name text collate "C" not null,
  value text collate "C" not null,
  constraint meta_pkey PRIMARY KEY (name)
);

create table operation_holds (
  operation_id text collate "C" not null,
  source_id text collate "C" not null,
  constraint operation_holds_key PRIMARY KEY (operation_id, source_id),
  constraint operation_holds_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id) ON DELETE CASCADE
);

create table operation_log (
  operation_id text collate "C" not null,
  sequence integer not null,
  "time" text collate "C" not null,
  level text collate "C" not null,
  message text collate "C" not null,
  constraint operation_log_key PRIMARY KEY (operation_id, sequence),
  constraint operation_log_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id) ON DELETE CASCADE
);

create table operations (
  id text collate "C" not null,
  kind text collate "C" not null,
  state text collate "C" not null,
  parent_id text collate "C",
  source_id text collate "C",
  source_name text collate "C",
  destination_id text collate "C",
  destination_name text collate "C",
  repository_id text collate "C",
  repository_use text collate "C",
  slots integer not null,
  attempt integer not null,
  params text collate "C" not null,
  owner text collate "C",
  fence bigint not null,
  heartbeat bigint not null,
  cancel_requested integer not null,
  clean_up text collate "C" not null,
  repeat integer not null,
  created_at text collate "C" not null,
  started_at text collate "C",
  finished_at text collate "C",
  progress text collate "C",
  result text collate "C",
  error text collate "C",
  plan_id text collate "C",
  constraint operations_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES operations(id) ON DELETE CASCADE,
  constraint operations_pkey PRIMARY KEY (id)
);

CREATE INDEX operations_by_clean_up ON operations USING btree (clean_up, id);
CREATE INDEX operations_by_creation ON operations USING btree (created_at);
CREATE INDEX operations_by_end ON operations USING btree (parent_id, finished_at, state);
CREATE INDEX operations_by_kind ON operations USING btree (kind, slots, state, source_id, id);
CREATE INDEX operations_by_parent ON operations USING btree (parent_id, id);
CREATE INDEX operations_by_parent_kind ON operations USING btree (parent_id, kind, id);
CREATE INDEX operations_by_parent_state ON operations USING btree (parent_id, state, id);
CREATE INDEX operations_by_plan ON operations USING btree (plan_id, id);
CREATE INDEX operations_by_repeat ON operations USING btree (repeat, id);
CREATE INDEX operations_by_state ON operations USING btree (state, id);
CREATE UNIQUE INDEX operations_one_exclusive_per_repository ON operations USING btree (repository_id) WHERE ((state = 'running'::text) AND (repository_use = 'exclusive'::text));
CREATE UNIQUE INDEX operations_one_running_per_source ON operations USING btree (source_id) WHERE (state = 'running'::text);

create table people (
  id text collate "C" not null,
  email text collate "C" not null,
  name text collate "C" not null,
  role text collate "C" not null,
  password_hash text collate "C",
  oidc_issuer text collate "C",
  oidc_subject text collate "C",
  totp integer not null,
  totp_last_step bigint not null,
  created_at text collate "C" not null,
  last_sign_in_at text collate "C",
  constraint people_by_subject UNIQUE (oidc_issuer, oidc_subject),
  constraint people_email_key UNIQUE (email),
  constraint people_pkey PRIMARY KEY (id)
);

create table plans (
  id text collate "C" not null,
  name text collate "C" not null,
  selector text collate "C" not null,
  schedule text collate "C" not null,
  time_zone text collate "C" not null,
  destination_ids text collate "C" not null,
  retention text collate "C" not null,
  jitter_seconds integer not null,
  enabled integer not null,
  consistency text collate "C",
  is_default integer not null,
  edited integer not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  since text collate "C" not null,
  last_due_at text collate "C" not null,
  constraint plans_name_key UNIQUE (name),
  constraint plans_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX plans_one_default ON plans USING btree (is_default) WHERE (is_default = 1);

create table recovery_codes (
  person_id text collate "C" not null,
  code_hash text collate "C" not null,
  constraint recovery_codes_key PRIMARY KEY (person_id, code_hash),
  constraint recovery_codes_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE
);

create table recovery_point_members (
  recovery_point_id text collate "C" not null,
  "position" integer not null,
  role text collate "C" not null,
  source_id text collate "C" not null,
  source_name text collate "C" not null,
  kind text collate "C" not null,
  snapshot_id text collate "C",
  error text collate "C",
  constraint recovery_point_members_key PRIMARY KEY (recovery_point_id, "position"),
  constraint recovery_point_members_recovery_point_id_fkey FOREIGN KEY (recovery_point_id) REFERENCES recovery_points(id) ON DELETE CASCADE,
  constraint recovery_point_members_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshots(id) ON DELETE SET NULL,
  constraint recovery_point_members_snapshot_id_key UNIQUE (snapshot_id)
);

create table recovery_points (
  id text collate "C" not null,
  arrival bigint not null,
  environment text collate "C" not null,
  destination_id text collate "C" not null,
  operation_id text collate "C" not null,
  "time" text collate "C" not null,
  created_at text collate "C" not null,
  state text collate "C" not null,
  constraint recovery_points_arrival_key UNIQUE (arrival),
  constraint recovery_points_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES destinations(id) ON DELETE CASCADE,
  constraint recovery_points_pkey PRIMARY KEY (id)
);

CREATE INDEX recovery_points_by_destination ON recovery_points USING btree (destination_id, arrival);
CREATE INDEX recovery_points_by_environment ON recovery_points USING btree (environment, arrival);
CREATE INDEX recovery_points_by_operation ON recovery_points USING btree (operation_id);

create table repositories (
  id text collate "C" not null,
  source_id text collate "C" not null,
  destination_id text collate "C" not null,
  path text collate "C" not null,
  created_at text collate "C" not null,
  initialised_at text collate "C",
  last_check_at text collate "C",
  last_check_error text collate "C",
  last_prune_at text collate "C",
  team_key_id text collate "C",
  old_keys integer not null default 0,
  stored_bytes bigint,
  measured_at text collate "C",
  constraint repositories_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES destinations(id) ON DELETE CASCADE,
  constraint repositories_one_owner UNIQUE (destination_id, path),
  constraint repositories_one_per_source UNIQUE (source_id, destination_id),
  constraint repositories_pkey PRIMARY KEY (id),
  constraint repositories_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id)
);

create table restore_journal (
  operation_id text collate "C" not null,
  sequence integer not null,
  entry text collate "C" not null,
  constraint restore_journal_key PRIMARY KEY (operation_id, sequence),
  constraint restore_journal_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id) ON DELETE CASCADE
);

create table schedules (
  name text collate "C" not null,
  last_due_at text collate "C" not null,
  constraint schedules_pkey PRIMARY KEY (name)
);

create table self_backups (
  id text collate "C" not null,
  uri text collate "C" not null,
  provider text collate "C" not null,
  "time" text collate "C" not null,
  bytes bigint not null,
  scheduled integer not null,
  constraint self_backups_pkey PRIMARY KEY (id),
  constraint self_backups_uri_key UNIQUE (uri)
);

create table sessions (
  id text collate "C" not null,
  person_id text collate "C" not null,
  token_hash text collate "C" not null,
  method text collate "C" not null,
  created_at text collate "C" not null,
  last_used_at text collate "C" not null,
  expires_at text collate "C" not null,
  address text collate "C",
  user_agent text collate "C",
  constraint sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_hash_key UNIQUE (token_hash)
);

CREATE INDEX sessions_by_person ON sessions USING btree (person_id);

create table snapshot_days (
  destination_id text collate "C" not null,
  day text collate "C" not null,
  snapshots bigint not null,
  bytes bigint not null,
  bytes_added bigint not null,
  kept bigint not null,
  kept_bytes_added bigint not null,
  constraint snapshot_days_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES destinations(id) ON DELETE CASCADE,
  constraint snapshot_days_key PRIMARY KEY (day, destination_id)
);

create table snapshot_parts (
  snapshot_id text collate "C" not null,
  "position" integer not null,
  path text collate "C" not null,
  restic_id text collate "C" not null,
  bytes bigint not null,
  constraint snapshot_parts_key PRIMARY KEY (snapshot_id, "position"),
  constraint snapshot_parts_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshots(id) ON DELETE CASCADE
);

CREATE INDEX snapshot_parts_by_restic_id ON snapshot_parts USING btree (restic_id);

create table snapshots (
  id text collate "C" not null,
  arrival bigint not null,
  source_id text collate "C" not null,
  source_name text collate "C" not null,
  kind text collate "C" not null,
  container text collate "C",
  destination_id text collate "C" not null,
  repository_id text collate "C" not null,
  operation_id text collate "C" not null,
  "time" text collate "C" not null,
  created_at text collate "C" not null,
  bytes bigint not null,
  bytes_added bigint not null,
  duration_ms bigint not null,
  state text collate "C" not null,
  manifest_restic_id text collate "C" not null,
  counts text collate "C" not null,
  proof text collate "C",
  constraint snapshots_arrival_key UNIQUE (arrival),
  constraint snapshots_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES destinations(id) ON DELETE CASCADE,
  constraint snapshots_pkey PRIMARY KEY (id),
  constraint snapshots_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repositories(id) ON DELETE CASCADE,
  constraint snapshots_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id)
);

CREATE INDEX snapshots_by_destination_arrival ON snapshots USING btree (destination_id, arrival);
CREATE INDEX snapshots_by_manifest ON snapshots USING btree (manifest_restic_id);
CREATE INDEX snapshots_by_place_arrival ON snapshots USING btree (source_id, destination_id, arrival);
CREATE INDEX snapshots_by_repository ON snapshots USING btree (repository_id);
CREATE INDEX snapshots_by_source ON snapshots USING btree (source_id, destination_id, "time");
CREATE INDEX snapshots_by_source_arrival ON snapshots USING btree (source_id, arrival);

create table sources (
  id text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  server text collate "C" not null,
  environment text collate "C" not null,
  declared integer not null,
  locator text collate "C" not null,
  container_name text collate "C",
  container_id text collate "C",
  compose_project text collate "C",
  compose_service text collate "C",
  compose_number integer,
  image text collate "C",
  path text collate "C",
  present integer not null,
  protected integer not null,
  reason text collate "C",
  created_at text collate "C" not null,
  last_seen_at text collate "C",
  last_attempt_at text collate "C",
  last_success_at text collate "C",
  last_verified_at text collate "C",
  place text collate "C",
  volume text collate "C",
  wanted integer not null default 1,
  last_recovery_ms bigint,
  plan_labels text collate "C",
  constraint sources_pkey PRIMARY KEY (id)
);

CREATE INDEX sources_by_container ON sources USING btree (container_name);
CREATE INDEX sources_by_environment ON sources USING btree (environment, present, protected, wanted, last_success_at, last_verified_at, last_recovery_ms);
CREATE INDEX sources_by_name ON sources USING btree (name, id);

create table stopped_services (
  operation_id text collate "C" not null,
  container_id text collate "C" not null,
  container_name text collate "C" not null,
  action text collate "C" not null,
  created_at text collate "C" not null,
  constraint stopped_services_key PRIMARY KEY (operation_id, container_id)
);

create table team_keys (
  id text collate "C" not null,
  role text collate "C" not null,
  origin text collate "C" not null,
  created_at text collate "C" not null,
  confirmed_at text collate "C",
  confirmed_by text collate "C",
  wrong_attempts integer not null,
  last_wrong_at text collate "C",
  constraint team_keys_pkey PRIMARY KEY (id),
  constraint team_keys_role_key UNIQUE (role)
);

create table vault_secrets (
  name text collate "C" not null,
  envelope text collate "C" not null,
  created_at text collate "C" not null,
  constraint vault_secrets_pkey PRIMARY KEY (name)
);
