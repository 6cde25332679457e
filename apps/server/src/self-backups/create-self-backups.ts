import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Background } from '../background.ts';
import type { Config } from '../config.ts';
import { dataDirectoryFiles } from '../data-directory/files.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { Ports } from '../ports.ts';
import { type DailyParts, DailySelfBackup } from './daily.ts';
import { SelfBackupsService } from './self-backups.service.ts';
import type { SelfBackupSettings } from './self-backups.settings.ts';
import type { SelfBackupsStore } from './self-backups.store.ts';
import { SelfRestoresService } from './self-restores.service.ts';
import { sqliteState } from './sqlite-state.ts';
import { configuredPlace, dataDirectoryPlace } from './storage.ts';
import { unsupportedState } from './unsupported-state.ts';

/** Settings in which the key of backups was given or made. */
export interface KeyedConfig extends Pick<Config, 'dataDirectory' | 'timeZone' | 'database'> {
  readonly selfBackups: SelfBackupSettings & { readonly key: Buffer };
}

export interface SelfBackupNeeds {
  readonly store: SelfBackupsStore;
  readonly schedules: DailyParts['schedules'];
  readonly operations: OperationsService;
  readonly alerts: AlertsService;
  readonly instance: string;
}

/** Self-backups and their restores. */
export function createSelfBackups(
  { dataDirectory, selfBackups: settings, timeZone, database }: KeyedConfig,
  { clock, version, reload, log }: Ports,
  { schedules, ...needs }: SelfBackupNeeds,
): { backups: SelfBackupsService; restores: SelfRestoresService; background: readonly Background[] } {
  const { key, cron } = settings;
  const supported = database.kind === 'sqlite';
  const state = supported ? sqliteState(dataDirectory, clock) : unsupportedState;
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
  const onError = (error: unknown) => log('error', 'A self-backup could not be started.', error);
  const { operations } = needs;
  const daily =
    cron === undefined || !supported
      ? []
      : [new DailySelfBackup({ backups, operations, schedules, clock, cron, timeZone, onError })];
  return { backups, restores, background: daily };
}
