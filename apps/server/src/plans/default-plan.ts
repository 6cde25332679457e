import type { BackupsService } from '../backups/backups.service.ts';
import type { Clock } from '../clock.ts';
import type { DrillsService } from '../drills/drills.service.ts';
import type { MaintenanceService } from '../maintenance/maintenance.service.ts';
import { isFinal } from '../operations/operation.rules.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import { Scheduler } from './scheduler.ts';
import type { SchedulesStore } from './schedules.store.ts';

export interface DefaultPlanParts {
  readonly backups: BackupsService;
  readonly maintenance: MaintenanceService;
  readonly drills: DrillsService;
  readonly operations: OperationsService;
}

export interface DefaultPlanSettings {
  readonly backupCron: string;
  readonly pruneCron: string;
  /** Absent: never. */
  readonly drillSchedule?: string;
  readonly timeZone: string;
}

/** The default plan: everything that is protected, to the default destination; prune and drills in their own windows. */
export function createScheduler(
  { backups, maintenance, drills, operations }: DefaultPlanParts,
  { backupCron, pruneCron, drillSchedule, timeZone }: DefaultPlanSettings,
  rest: {
    store: SchedulesStore;
    clock: Clock;
    onError: (error: unknown) => void;
    onTick: (at: Date) => void;
  },
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
      ...(drillSchedule === undefined
        ? []
        : [
            {
              name: 'drill',
              cron: drillSchedule,
              timeZone,
              isRunning,
              start: () => drills.startScheduled(),
            },
          ]),
    ],
  });
}
