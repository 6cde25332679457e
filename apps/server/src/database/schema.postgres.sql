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
  constraint alerts_pkey1 PRIMARY KEY (id)
);

CREATE UNIQUE INDEX alerts_one_open ON alerts USING btree (code, subject_kind, subject_id) WHERE (resolved_at IS NULL);

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
  constraint operations_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES operations(id) ON DELETE CASCADE,
  constraint operations_pkey PRIMARY KEY (id)
);

CREATE INDEX operations_by_parent ON operations USING btree (parent_id);
CREATE INDEX operations_by_state ON operations USING btree (state, id);
CREATE UNIQUE INDEX operations_one_exclusive_per_repository ON operations USING btree (repository_id) WHERE ((state = 'running'::text) AND (repository_use = 'exclusive'::text));
CREATE UNIQUE INDEX operations_one_running_per_source ON operations USING btree (source_id) WHERE (state = 'running'::text);

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

CREATE INDEX snapshots_by_source ON snapshots USING btree (source_id, destination_id, "time");

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
  constraint sources_pkey PRIMARY KEY (id)
);

CREATE INDEX sources_by_name ON sources USING btree (name);

create table stopped_services (
  operation_id text collate "C" not null,
  container_id text collate "C" not null,
  container_name text collate "C" not null,
  action text collate "C" not null,
  created_at text collate "C" not null,
  constraint stopped_services_key PRIMARY KEY (operation_id, container_id)
);

create table vault_secrets (
  name text collate "C" not null,
  envelope text collate "C" not null,
  created_at text collate "C" not null,
  constraint vault_secrets_pkey PRIMARY KEY (name)
);
