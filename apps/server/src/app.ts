import { randomUUID } from 'node:crypto';
import { createWorker } from '@holdfast/worker';

import { AlertsService } from './alerts/alerts.service.ts';
import { createAlertsStore } from './alerts/alerts.store.ts';
import { BackupsService } from './backups/backups.service.ts';
import type { Background } from './background.ts';
import type { Config } from './config.ts';
import { dataDirectoryFiles } from './data-directory/files.ts';
import type { Database } from './database/database.ts';
import { DestinationsService, type EnvironmentDestination } from './destinations/destinations.service.ts';
import { createDestinationsStore } from './destinations/destinations.store.ts';
import { DrillsService } from './drills/drills.service.ts';
import { createDrillsStore } from './drills/drills.store.ts';
import { EnvironmentsService } from './environments/environments.service.ts';
import { EnvironmentSummaries } from './environments/environment-summaries.ts';
import { createRestoreJournals } from './environments/restore-journal.ts';
import { instanceName } from './instance.ts';
import { MaintenanceService } from './maintenance/maintenance.service.ts';
import { InstanceEvents } from './operations/instance-events.ts';
import { LiveEvents } from './operations/live-events.ts';
import type { OperationHandlers } from './operations/operation.ts';
import { createOperationLogStore } from './operations/operation-log.store.ts';
import { OperationLog } from './operations/operation-log.ts';
import { OperationRunner } from './operations/operation-runner.ts';
import { OperationsService } from './operations/operations.service.ts';
import { createOperationsStore } from './operations/operations.store.ts';
import { Reaper } from './operations/reaper.ts';
import { Running } from './operations/running.ts';
import { OverviewService } from './overview/overview.service.ts';
import { nextDefaultRuns } from './plans/next-default-runs.ts';
import type { Ports } from './ports.ts';
import { RecoveryPointsService } from './recovery-points/recovery-points.service.ts';
import { createRecoveryPointsStore } from './recovery-points/recovery-points.store.ts';
import { RepositoriesService } from './repositories/repositories.service.ts';
import { createRepositoriesStore } from './repositories/repositories.store.ts';
import { RestoresService } from './restores/restores.service.ts';
import { RetentionService } from './retention/retention.service.ts';
import { SnapshotsService } from './snapshots/snapshots.service.ts';
import { createSnapshotsStore } from './snapshots/snapshots.store.ts';
import { PeriodicDiscovery } from './sources/periodic-discovery.ts';
import { createSourceSecrets } from './sources/source-secrets.ts';
import { SourcesService } from './sources/sources.service.ts';
import { createSourcesStore } from './sources/sources.store.ts';
import { StoppedServices } from './stopped-services/stopped-services.service.ts';
import { createStoppedServicesStore } from './stopped-services/stopped-services.store.ts';
import { Vault } from './vault/vault.service.ts';
import { createVaultStore } from './vault/vault.store.ts';

export type App = Awaited<ReturnType<typeof createApp>>;

/** Joins the nouns to each other and to the ports. Nothing runs yet. */
export async function createApp(config: Config, masterKey: Buffer, database: Database, ports: Ports) {
  const { clock, engine, docker, version } = ports;
  const { dataPath } = config;
  const vault = new Vault(createVaultStore(database), masterKey, clock);
  await vault.verify();

  const destinations = new DestinationsService({
    store: createDestinationsStore(database),
    vault,
    kinds: ports.destinationKinds,
    clock,
  });
  await destinations.ensureFromEnvironment(environmentDestination(config));

  const sources = new SourcesService({
    store: createSourcesStore(database),
    secrets: createSourceSecrets(vault),
    docker,
    kinds: ports.sourceKinds,
    settings: config.discovery,
    ownPaths: [config.dataDirectory],
    clock,
  });
  const host = await instanceName(database);
  const repositoriesStore = createRepositoriesStore(database);
  const repositories = new RepositoriesService({
    store: repositoriesStore,
    destinations,
    vault,
    engine,
    clock,
    host,
  });
  const alerts = new AlertsService(createAlertsStore(database), clock);
  const snapshots = new SnapshotsService(createSnapshotsStore(database), alerts, clock);
  const recoveryPoints = new RecoveryPointsService(createRecoveryPointsStore(database), clock);

  const store = createOperationsStore(database);
  const events = new LiveEvents();
  const log = new OperationLog(createOperationLogStore(database), events, clock);
  const running = new Running();
  const instanceEvents = new InstanceEvents({ store, running });
  const operations = new OperationsService({ store, log, events, running, clock });

  const retention = new RetentionService({
    snapshots,
    recoveryPoints,
    destinations,
    repositories,
    operations,
    engine,
    clock,
    policy: config.retention,
    timeZone: config.timeZone,
  });
  const services = new StoppedServices({
    store: createStoppedServicesStore(database),
    lifecycle: docker.lifecycle,
    clock,
    defaultConsistency: config.volumeConsistency,
  });
  const worker = createWorker(ports.helpers?.(host));
  const work = {
    worker,
    sources,
    destinations,
    repositories,
    snapshots,
    operations,
    engine,
    docker,
    services,
    dataPath,
    clock,
  };
  const backups = new BackupsService({ ...work, recoveryPoints, retention, version });
  const restores = new RestoresService({ ...work, recoveryPoints });
  const environments = new EnvironmentsService({
    ...work,
    backups,
    restores,
    recoveryPoints,
    journals: createRestoreJournals(database),
  });
  const drills = new DrillsService({
    ...work,
    store: createDrillsStore(database),
    alerts,
    places: { instance: host, folder: dataDirectoryFiles(config.dataDirectory).drills },
    limits: config.drillLimits,
  });
  const maintenance = new MaintenanceService({ operations, repositories, engine });

  const handlers: OperationHandlers = {
    backup: backups.partHandler,
    'backup-pass': backups.passHandler,
    restore: restores.handler,
    'restore-pass': environments.passHandler,
    drill: drills.partHandler,
    'drill-pass': drills.passHandler,
    retention: retention.partHandler,
    'retention-pass': retention.passHandler,
    prune: maintenance.pruneHandler,
    'prune-pass': maintenance.passHandler('prune'),
    check: maintenance.checkHandler,
    'check-pass': maintenance.passHandler('check'),
  };
  const owner = randomUUID();
  const reaper = new Reaper({ store, service: operations, log, handlers, clock, owner });
  const runner = new OperationRunner({
    store,
    service: operations,
    log,
    running,
    handlers,
    clock,
    owner,
    timings: ports.timings,
    concurrency: config.concurrency,
    beforeRun: async ({ repository }) => {
      if (repository !== undefined) await reaper.cleanUp(repository.id);
    },
  });

  const environmentSummaries = new EnvironmentSummaries({ sources, alerts });
  const overview = new OverviewService({
    environments: environmentSummaries,
    snapshots,
    operations,
    destinations,
    nextRuns: async () => nextDefaultRuns(config, clock.now()),
    clock,
  });

  const background: readonly Background[] = [
    new PeriodicDiscovery(sources, (error) => ports.log('warn', 'Sources could not be looked for.', error)),
  ];

  return {
    background,
    vault,
    destinations,
    sources,
    repositories,
    snapshots,
    recoveryPoints,
    operations,
    retention,
    backups,
    restores,
    environments,
    environmentSummaries,
    overview,
    instanceEvents,
    drills,
    alerts,
    maintenance,
    services,
    worker,
    reaper,
    runner,
    log,
  };
}

/** The default destination that the settings ask for: S3 where they name one, else a folder beside the state. */
function environmentDestination({ s3, dataDirectory }: Config): EnvironmentDestination {
  if (s3 === undefined) {
    const path = `${dataDirectoryFiles(dataDirectory).destinations}/local`;
    return { name: 'local', kind: 'local', settings: { path } };
  }
  const { endpoint, bucket, accessKey, secretKey, region, prefix } = s3;
  return {
    name: 's3',
    kind: 's3',
    settings: {
      endpoint,
      bucket,
      accessKeyId: accessKey.reveal(),
      secretAccessKey: secretKey,
      ...(region === undefined ? {} : { region }),
      ...(prefix === undefined ? {} : { prefix }),
    },
  };
}
