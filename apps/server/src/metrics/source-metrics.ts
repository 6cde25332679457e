import type { PlaceFacts, SourceFacts, TotalFacts } from './metrics.store.ts';
import type { MetricsPage } from './metrics-page.ts';

export type SourceLabels = Readonly<Record<'source' | 'kind' | 'environment', string>>;

/** What the database does not say of sources. */
export interface SourceKnowledge {
  readonly now: Date;
  /** Seconds; undefined where no plan covers it. */
  expectedInterval(source: SourceFacts): number | undefined;
  drillable(source: SourceFacts): boolean;
}

const labelsOf = ({ name, kind, environment }: SourceFacts): SourceLabels => ({
  source: name,
  kind,
  environment,
});

/**
 * One source for each set of labels, by its id. A name may be held twice, by one that is gone and by one that cannot
 * be protected for it: then the one that is backed up is shown.
 */
export function shownSources(sources: readonly SourceFacts[]): Map<string, SourceFacts> {
  const strongestLast = sources.toSorted(
    (a, b) => a.present - b.present || a.protected - b.protected || a.id.localeCompare(b.id),
  );
  const byLabels = new Map(strongestLast.map((one) => [JSON.stringify(labelsOf(one)), one]));
  return new Map([...byLabels.values()].map((one) => [one.id, one]));
}

export function putSources(
  page: MetricsPage,
  sources: ReadonlyMap<string, SourceFacts>,
  knowledge: SourceKnowledge,
): void {
  for (const one of sources.values()) {
    const labels = labelsOf(one);
    page.putInstant('sourceLastSuccess', labels, one.last_success_at);
    page.putInstant('sourceLastAttempt', labels, one.last_attempt_at);
    page.putInstant('sourceFound', labels, one.created_at);
    page.put('sourceBackupAge', labels, backupAge(one, knowledge.now));
    page.put('sourceExpectedInterval', labels, knowledge.expectedInterval(one));
    page.putInstant('sourceLastProof', labels, one.last_verified_at);
    page.put(
      'sourceRecoveryTime',
      labels,
      one.last_recovery_ms === null ? undefined : one.last_recovery_ms / 1000,
    );
    page.putFlag('sourceDrillable', labels, knowledge.drillable(one));
    page.putFlag('sourceProtected', labels, one.protected === 1);
    page.putFlag('sourcePresent', labels, one.present === 1);
    const failed = lastBackupFailed(one);
    if (failed !== undefined) page.putFlag('sourceLastBackupFailed', labels, failed);
  }
}

/** Undefined where none has ended. */
function lastBackupFailed(source: SourceFacts): boolean | undefined {
  const { newest_succeeded: succeeded, newest_failed: failed, newest_interrupted: interrupted } = source;
  const [newest] = [succeeded, failed, interrupted]
    .flatMap((id) => id ?? [])
    .toSorted()
    .toReversed();
  return newest === undefined ? undefined : newest !== succeeded;
}

/** Per environment: the age of what is worst off. */
export function putEnvironments(
  page: MetricsPage,
  sources: ReadonlyMap<string, SourceFacts>,
  now: Date,
): void {
  const watched = [...sources.values()].filter((one) => one.present === 1 && one.protected === 1);
  for (const [environment, members] of Map.groupBy(watched, (one) => one.environment)) {
    const worst = Math.max(...members.map((one) => backupAge(one, now)));
    page.put('environmentWorstAge', { environment }, worst);
  }
}

/** Per environment: the last complete recovery point. */
export function putCompletePoints(page: MetricsPage, points: TotalFacts['completePoints']): void {
  for (const { environment, time } of points) page.putInstant('environmentLastPoint', { environment }, time);
}

/** Per source and destination: the newest snapshot, and the repository. */
export function putStored(
  page: MetricsPage,
  sources: ReadonlyMap<string, SourceFacts>,
  destinations: ReadonlyMap<string, string>,
  { snapshots, repositories }: PlaceFacts,
): void {
  const labelsOfPlace = (of: { source_id: string; destination_id: string }) => {
    const source = sources.get(of.source_id);
    const destination = destinations.get(of.destination_id);
    if (source === undefined || destination === undefined) return undefined;
    return { ...labelsOf(source), destination };
  };
  for (const newest of snapshots) {
    const labels = labelsOfPlace(newest);
    if (labels === undefined) continue;
    page.put('snapshotBytesRead', labels, newest.bytes);
    page.put('snapshotBytesAdded', labels, newest.bytes_added);
    page.put('snapshotDuration', labels, newest.duration_ms / 1000);
    page.putInstant('snapshotTime', labels, newest.time);
    page.putFlag('snapshotSuspicious', labels, newest.state === 'suspicious');
    page.put('snapshots', labels, Number(newest.snapshots));
    page.put('addedLastDay', labels, Number(newest.added_lately));
  }
  for (const repository of repositories) {
    const labels = labelsOfPlace(repository);
    if (labels === undefined) continue;
    page.put('repositorySize', labels, repository.stored_bytes ?? undefined);
    page.putInstant('repositoryMeasured', labels, repository.measured_at);
    page.putInstant('repositoryLastCheck', labels, repository.last_check_at);
    page.putInstant('repositoryLastPrune', labels, repository.last_prune_at);
    if (repository.last_check_at !== null) {
      page.putFlag('repositoryCheckFailed', labels, repository.last_check_error !== null);
    }
  }
}

/** Seconds; never negative, whatever the clock did. */
function backupAge({ last_success_at, created_at }: SourceFacts, now: Date): number {
  return Math.max(0, (now.getTime() - Date.parse(last_success_at ?? created_at)) / 1000);
}
