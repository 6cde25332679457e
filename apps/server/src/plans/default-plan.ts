import type { BackupsService } from '../backups/backups.service.ts';
import type { Clock } from '../clock.ts';
import type { MaintenanceService } from '../maintenance/maintenance.service.ts';
import { isFinal } from '../operations/operation.rules.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import { Scheduler } from './scheduler.ts';
import type { SchedulesStore } from './schedules.store.ts';

export interface DefaultPlanParts {
  readonly backups: BackupsService;
  readonly maintenance: MaintenanceService;
  readonly operations: OperationsService;
}

export interface DefaultPlanSettings {
  readonly backupCron: string;
  readonly pruneCron: string;
  readonly timeZone: string;
}

/** The default plan: everything that is protected, to the default destination; and prune in its own window. */
export function createScheduler(
  { backups, maintenance, operations }: DefaultPlanParts,
  { backupCron, pruneCron, timeZone }: DefaultPlanSettings,
  rest: { store: SchedulesStore; clock: Clock; onError: (error: unknown) => void },
): Scheduler {
  const isRunning = async (id: string) => !isFinal((await operations.stored(id)).state);
  return new Scheduler({
    ...rest,
    work: [
      {
        name: 'backup',
        cron: backupCron,
        timeZone,
        isRunning,
        start: () =>
          backups.start({
            names: [],
            all: true,
          }),
      },
      {
        name: 'prune',
        cron: pruneCron,
        timeZone,
        isRunning,
        start: () => maintenance.start('prune'),
      },
    ],
  });
}
