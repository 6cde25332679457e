export interface MetricDefinition {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: readonly string[];
}

const source = ['source', 'kind', 'environment'];
const stored = [...source, 'destination'];
const operation = ['kind', 'role', 'state'];

const gauge = (name: string, help: string, labels: readonly string[] = []): MetricDefinition => ({
  name: `holdfast_${name}`,
  type: 'gauge',
  help,
  labels,
});

/**
 * Every metric of Holdfast's own. All but `schedulerLastTick` are read from the database at each scrape, so that a
 * restart changes none and every replica shows the same.
 */
export const metricDefinitions = {
  sourceLastSuccess: gauge(
    'source_last_success_timestamp_seconds',
    'When the last backup succeeded.',
    source,
  ),
  sourceLastAttempt: gauge('source_last_attempt_timestamp_seconds', 'When the last backup began.', source),
  sourceFound: gauge('source_found_timestamp_seconds', 'When it was found or declared.', source),
  sourceBackupAge: gauge(
    'source_backup_age_seconds',
    'Time since the last backup that succeeded; without one, since it was found.',
    source,
  ),
  sourceExpectedInterval: gauge(
    'source_expected_interval_seconds',
    'The longest time between two backups by its plan. No series: it has none.',
    source,
  ),
  sourceLastBackupFailed: gauge(
    'source_last_backup_failed',
    '1 when the last backup that ended was failed or interrupted, else 0.',
    source,
  ),
  sourceLastProof: gauge(
    'source_last_proof_timestamp_seconds',
    'When a restore of it was last verified by a drill.',
    source,
  ),
  sourceRecoveryTime: gauge(
    'source_recovery_time_seconds',
    'How long the last verified restore took.',
    source,
  ),
  sourceDrillable: gauge('source_drillable', '1 when there is a drill for it, else 0.', source),
  sourceProtected: gauge('source_protected', '1 when Holdfast can back it up, else 0.', source),
  sourcePresent: gauge('source_present', '1 when the last discovery found it, else 0.', source),
  snapshotBytesRead: gauge('last_snapshot_read_bytes', 'What the newest snapshot holds.', stored),
  snapshotBytesAdded: gauge(
    'last_snapshot_added_bytes',
    'What the newest snapshot added to its repository, deduplicated and compressed.',
    stored,
  ),
  snapshotDuration: gauge('last_snapshot_duration_seconds', 'How long its backup took.', stored),
  snapshotTime: gauge('last_snapshot_timestamp_seconds', 'The moment whose state it holds.', stored),
  snapshotSuspicious: gauge(
    'last_snapshot_suspicious',
    '1 when the newest snapshot looks wrong and nobody has confirmed it, else 0.',
    stored,
  ),
  snapshots: gauge('snapshots', 'How many snapshots there are.', stored),
  addedLastDay: gauge(
    'added_last_day_bytes',
    'What the snapshots of the last 24 hours that are still kept added to the repository.',
    stored,
  ),
  repositorySize: gauge(
    'repository_size_bytes',
    'What the snapshots took after the last prune, and what backups have added since.',
    stored,
  ),
  repositoryMeasured: gauge(
    'repository_measured_timestamp_seconds',
    'When the size was last measured. No series: it is the sum of what backups added.',
    stored,
  ),
  repositoryLastCheck: gauge('repository_last_check_timestamp_seconds', 'When it was last checked.', stored),
  repositoryCheckFailed: gauge(
    'repository_check_failed',
    '1 when the last check found damage, else 0.',
    stored,
  ),
  repositoryLastPrune: gauge('repository_last_prune_timestamp_seconds', 'When it was last pruned.', stored),
  environmentLastPoint: gauge(
    'environment_last_complete_point_timestamp_seconds',
    'The time of the last complete recovery point.',
    ['environment'],
  ),
  environmentWorstAge: gauge(
    'environment_worst_backup_age_seconds',
    'The greatest backup age among its sources that are present and protected.',
    ['environment'],
  ),
  operations: gauge('operations', 'Operations that wait or run now.', operation),
  operationsEnded: {
    name: 'holdfast_operations_ended_total',
    type: 'counter',
    help: 'Operations that have ended, by how.',
    labels: operation,
  },
  alertsOpen: gauge('alerts_open', 'Open alerts.', ['code']),
  destinationReachable: gauge(
    'destination_reachable',
    '1 when its last probe succeeded, else 0. No series: it was never probed.',
    ['destination', 'kind'],
  ),
  destinationProbed: gauge('destination_last_probe_timestamp_seconds', 'When it was last probed.', [
    'destination',
    'kind',
  ]),
  scheduleLastDue: gauge(
    'schedule_last_due_timestamp_seconds',
    'The due time that was last acted on, by what was due.',
    ['schedule'],
  ),
  schedulerLastTick: gauge(
    'scheduler_last_tick_timestamp_seconds',
    'When this process last looked whether something is due.',
  ),
  schemaVersion: gauge('database_schema_version', 'The number of the newest migration.'),
  buildInfo: gauge('build_info', 'Always 1; the version is its label.', ['version']),
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof metricDefinitions;
