import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Clock } from '../clock.ts';
import { dataDirectoryFiles } from '../data-directory/files.ts';
import type { DatabasePlace } from '../database/place.ts';
import type { KeyedConfig } from '../keyed-config.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { Upkeep } from '../plans/upkeep-runs.ts';
import type { Ports } from '../ports.ts';
import { SelfBackupsService } from './self-backups.service.ts';
import type { SelfBackupsStore } from './self-backups.store.ts';
import { SelfRestoresService } from './self-restores.service.ts';
import { sqliteState } from './sqlite-state.ts';
import type { State } from './state.ts';
import { configuredPlace, dataDirectoryPlace } from './storage.ts';

export interface SelfBackupNeeds {
  readonly store: SelfBackupsStore;
  readonly operations: OperationsService;
  readonly alerts: AlertsService;
  readonly instance: string;
}

/** Self-backups and their restores. */
export async function createSelfBackups(
  { dataDirectory, selfBackups: settings, timeZone, database }: KeyedConfig,
  { clock, version, reload }: Ports,
  needs: SelfBackupNeeds,
): Promise<{ backups: SelfBackupsService; restores: SelfRestoresService; upkeep: readonly Upkeep[] }> {
  const { key, cron } = settings;
  const state = await stateAt(database, dataDirectory, clock);
  const configured = configuredPlace(settings, dataDirectory);
  const inDataDirectory = dataDirectoryPlace(dataDirectory);
  const backups = new SelfBackupsService({
    ...needs,
    clock,
    state,
    key,
    cron,
    version,
    places: { configured, 'data-directory': inDataDirectory },
  });
  const restores = new SelfRestoresService({
    operations: needs.operations,
    clock,
    state,
    key,
    reload,
    places: [configured, inDataDirectory],
    temporaryFile: dataDirectoryFiles(dataDirectory).fetchedBackup,
  });
  const upkeep =
    cron === undefined
      ? []
      : [{ name: 'self-backup', cron, timeZone, start: () => backups.startScheduled() }];
  return { backups, restores, upkeep };
}

async function stateAt(place: DatabasePlace, dataDirectory: string, clock: Clock): Promise<State> {
  if (place.kind === 'sqlite') return sqliteState(dataDirectory, clock);
  // Loaded by those who use it.
  const { postgresState } = await import('./postgres-state.ts');
  return postgresState(place, clock);
}
