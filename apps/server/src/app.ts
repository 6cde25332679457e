import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createWorker } from '@holdfast/worker';

import { createAccessControl } from './access-control.ts';
import { AlertsService } from './alerts/alerts.service.ts';
import { createAlertsStore } from './alerts/alerts.store.ts';
import { DestinationMonitor } from './alerts/monitors/destination-monitor.ts';
import { ForgottenSubjects } from './alerts/monitors/forgotten-subjects.ts';
import { OperationAlerts } from './alerts/monitors/operation-alerts.ts';
import type { Background } from './background.ts';
import { BackupsService } from './backups/backups.service.ts';
import type { Config } from './config.ts';
import { ConfigurationService } from './configuration/configuration.service.ts';
import { dataDirectoryFiles } from './data-directory/files.ts';
import type { Database } from './database/database.ts';
import { schemaVersion } from './database/migrations/index.ts';
import { DestinationsService, type EnvironmentDestination } from './destinations/destinations.service.ts';
import { createDestinationsStore } from './destinations/destinations.store.ts';
import { DrillsService } from './drills/drills.service.ts';
import { createDrillsStore } from './drills/drills.store.ts';
import { EnvironmentSummaries } from './environments/environment-summaries.ts';
import { EnvironmentsService } from './environments/environments.service.ts';
import { Heartbeat } from './heartbeat/heartbeat.ts';
import { instanceName } from './instance.ts';
import type { KeyedConfig } from './keyed-config.ts';
import { KeyMonitor } from './keys/key-monitor.ts';
import { KeyRotation } from './keys/key-rotation.service.ts';
import { MasterKeyRotation } from './keys/master-key-rotation.ts';
import { TeamKeys } from './keys/team-keys.service.ts';
import { MaintenanceService } from './maintenance/maintenance.service.ts';
import { expectedIntervals } from './metrics/expected-interval.ts';
import { MetricsService } from './metrics/metrics.service.ts';
import { createMetricsStore } from './metrics/metrics.store.ts';
import { channelsWithin, createNotifications } from './notifications/create-notifications.ts';
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
import { createScheduler } from './plans/create-scheduler.ts';
import { nextRunsOf } from './plans/next-runs.ts';
import { PlansService } from './plans/plans.service.ts';
import { createPlansStore } from './plans/plans.store.ts';
import { ProtectionService } from './plans/protection.service.ts';
import { ProtectionMonitor } from './plans/protection-monitor.ts';
import { createSchedulesStore } from './plans/schedules.store.ts';
import type { Ports } from './ports.ts';
import { RecoveryPointsService } from './recovery-points/recovery-points.service.ts';
import { createRecoveryPointsStore } from './recovery-points/recovery-points.store.ts';
import { RepositoriesService } from './repositories/repositories.service.ts';
import { createRepositoriesStore } from './repositories/repositories.store.ts';
import { createRestoreJournals } from './restores/restore-journal.ts';
import { RestoresService } from './restores/restores.service.ts';
import { RetentionService } from './retention/retention.service.ts';
import { createSelfBackups } from './self-backups/create-self-backups.ts';
import { createSelfBackupsStore } from './self-backups/self-backups.store.ts';
import { SnapshotEntriesService } from './snapshot-entries/snapshot-entries.service.ts';
import { SnapshotsService } from './snapshots/snapshots.service.ts';
import { createSnapshotsStore } from './snapshots/snapshots.store.ts';
import { PeriodicDiscovery } from './sources/periodic-discovery.ts';
import { createSourceSecrets } from './sources/source-secrets.ts';
import { SourcesService } from './sources/sources.service.ts';
import { createSourcesStore } from './sources/sources.store.ts';
import { StoppedServices } from './stopped-services/stopped-services.service.ts';
import { createStoppedServicesStore } from './stopped-services/stopped-services.store.ts';
import { type SecretKeeper, Vault } from './vault/vault.service.ts';
import { createVaultStore } from './vault/vault.store.ts';

export type App = Awaited<ReturnType<typeof createApp>>;

/** Joins the nouns to each other and to the ports. Nothing runs yet. */
export async function createApp(config: KeyedConfig, database: Database, ports: Ports) {
  const { clock, engine, docker, version } = ports;
  const { dataPath } = config;
  const vault = new Vault(createVaultStore(database), config.masterKey, clock, config.previousMasterKey);
  await vault.verify();
  const teamKeys = new TeamKeys({ database, vault, clock });
  await teamKeys.ensure();
  const access = await createAccessControl({ database, vault, config, ports });

  const destinationsWith = (on: Database, keeper: SecretKeeper) =>
    new DestinationsService({
      store: createDestinationsStore(on),
      vault: keeper,
      kinds: ports.destinationKinds,
      clock,
    });
  const destinations = destinationsWith(database, vault);
  const standard = environmentDestination(config);
  // At the very first start only: a folder that is missing later is a disk that is missing.
  if (standard.kind === 'local' && (await destinations.list()).length === 0) {
    await mkdir(String(standard.settings['path']), { recursive: true, mode: 0o700 });
  }
  await destinations.ensureFromEnvironment(standard);

  const sourcesWith = (on: Database, keeper: SecretKeeper) =>
    new SourcesService({
      store: createSourcesStore(on),
      secrets: createSourceSecrets(keeper),
      docker,
      kinds: ports.sourceKinds,
      settings: config.discovery,
      ownPaths: [config.dataDirectory],
      clock,
    });
  const sources = sourcesWith(database, vault);
  const host = await instanceName(database);
  const repositoriesStore = createRepositoriesStore(database);
  const repositories = new RepositoriesService({
    store: repositoriesStore,
    destinations,
    vault,
    teamKeys,
    engine,
    clock,
    host,
  });
  const alerts = new AlertsService(createAlertsStore(database), clock);
  const snapshots = new SnapshotsService(createSnapshotsStore(database), alerts, clock);
  const snapshotEntries = new SnapshotEntriesService({ snapshots, repositories, engine });
  const recoveryPoints = new RecoveryPointsService(createRecoveryPointsStore(database), clock);

  const store = createOperationsStore(database);
  const events = new LiveEvents();
  const log = new OperationLog(createOperationLogStore(database), events, clock);
  const running = new Running();
  const instanceEvents = new InstanceEvents({ store, running });
  const operations = new OperationsService({ store, log, events, running, clock });

  const plansStore = createPlansStore(database);
  const schedulesStore = createSchedulesStore(database);
  const plans = new PlansService({
    store: plansStore,
    sources,
    destinations,
    operations,
    settings: config,
    clock,
  });
  await plans.ensureDefault((await schedulesStore.lastDues()).get('backup'));
  const protection = new ProtectionService({ plans, sources, destinations, snapshots, clock });

  const retention = new RetentionService({
    plans,
    sources,
    snapshots,
    recoveryPoints,
    destinations,
    repositories,
    operations,
    engine,
    clock,
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
  const backups = new BackupsService({ ...work, plans, recoveryPoints, retention, version });
  const journals = createRestoreJournals(database);
  const restores = new RestoresService({ ...work, snapshotEntries, recoveryPoints, journals });
  const environments = new EnvironmentsService({
    ...work,
    backups,
    restores,
    recoveryPoints,
    journals,
  });
  const drills = new DrillsService({
    ...work,
    store: createDrillsStore(database),
    alerts,
    places: { instance: host, folder: dataDirectoryFiles(config.dataDirectory).drills },
    limits: config.drillLimits,
  });
  const maintenance = new MaintenanceService({ operations, repositories, engine });
  const metrics = new MetricsService({
    store: createMetricsStore(database),
    destinations: () => destinations.list(),
    expectedIntervals: () => expectedIntervals({ plans, clock }),
    drillable: (source) => drills.canBeDrilled(source),
    clock,
    version,
    schemaVersion,
  });
  const keyRotation = new KeyRotation({ teamKeys, repositories, sources, operations, engine });
  const masterKeyRotation = new MasterKeyRotation({ config, masterKey: config.masterKey, vault, operations });

  const self = await createSelfBackups(config, ports, {
    store: createSelfBackupsStore(database),
    operations,
    alerts,
    instance: host,
  });

  const handlers: OperationHandlers = {
    'self-backup': self.backups.handler,
    'self-restore-pass': self.restores.handler,
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
    'key-rotation': keyRotation.partHandler,
    'key-rotation-pass': keyRotation.passHandler,
    'master-key-rotation-pass': masterKeyRotation.handler,
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

  const { log: tell } = ports;
  const keyMonitor = new KeyMonitor({
    teamKeys,
    repositories,
    rotation: keyRotation,
    operations,
    alerts,
    onError: (error) => tell('warn', 'The team key could not be looked after.', error),
  });
  const operationAlerts = new OperationAlerts({ operations, repositories, destinations, alerts, log: tell });
  const { channels, dispatcher } = createNotifications({
    database,
    vault,
    alerts,
    sources,
    repositories,
    clock,
    log: tell,
  });
  const configuration = new ConfigurationService({
    database,
    nouns: { destinations, sources, plans, channels },
    within(transaction) {
      const keeper = vault.within(transaction);
      const on = {
        destinations: destinationsWith(transaction, keeper),
        sources: sourcesWith(transaction, keeper),
      };
      const inside = new PlansService({
        ...on,
        store: createPlansStore(transaction),
        operations,
        settings: config,
        clock,
      });
      const notifying = channelsWithin(transaction, { vault: keeper, alerts, clock });
      const nouns = { ...on, plans: inside, channels: notifying.channels };
      const settle = async () => {
        sources.changed();
        plans.changed();
        await notifying.settle();
      };
      return { nouns, settle };
    },
    snapshotsByDestination: async () =>
      new Map([...(await snapshots.countByDestination())].map(([id, held]) => [id, held.snapshots])),
    timeZone: config.timeZone,
    secretPlaces: config.secretPlaces,
  });
  const probes = config.destinationProbes;
  const idsOf = async (nouns: Promise<readonly { id: string }[]>) =>
    new Set((await nouns).map(({ id }) => id));
  const scheduled = { plans, plansStore, schedulesStore, backups, maintenance, drills, operations, clock };
  const environmentSummaries = new EnvironmentSummaries({ sources, alerts });
  const overview = new OverviewService({
    environments: environmentSummaries,
    snapshots,
    operations,
    destinations,
    nextRuns: async () => nextRunsOf(await plans.all(), config, clock.now()),
    clock,
  });

  const background: readonly Background[] = [
    createScheduler(
      { ...scheduled, further: self.upkeep, log: tell, onTick: (at) => metrics.schedulerTicked(at) },
      config,
    ),
    new PeriodicDiscovery(sources, (error) => tell('warn', 'Sources could not be looked for.', error)),
    new ProtectionMonitor({
      protection,
      alerts,
      clock,
      onError: (error) => tell('error', 'It is not known what is overdue or unprotected.', error),
    }),
    keyMonitor,
    dispatcher,
    new DestinationMonitor({ destinations, operations, alerts, clock, ...probes, log: tell }),
    new ForgottenSubjects({
      alerts,
      existing: async () => ({
        source: await sources.ids(),
        destination: await idsOf(destinations.list()),
        repository: await idsOf(repositories.all()),
      }),
      log: tell,
    }),
    ...(config.heartbeat === undefined
      ? []
      : [
          new Heartbeat({
            settings: config.heartbeat,
            operations,
            alerts,
            monotonic: () => clock.monotonic(),
            log: tell,
          }),
        ]),
  ];

  return {
    background,
    access,
    plans,
    planPreview: { plans, sources, settings: config, clock },
    protection,
    vault,
    teamKeys,
    keyRotation,
    keyMonitor,
    masterKeyRotation,
    destinations,
    sources,
    repositories,
    snapshots,
    snapshotEntries,
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
    operationAlerts,
    channels,
    configuration,
    maintenance,
    metrics,
    metricsAccess: config.metricsAccess,
    selfBackups: self.backups,
    selfRestores: self.restores,
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
