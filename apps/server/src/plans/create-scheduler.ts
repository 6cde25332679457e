import type { Background } from '../background.ts';
import type { BackupsService } from '../backups/backups.service.ts';
import type { Clock } from '../clock.ts';
import type { DrillsService } from '../drills/drills.service.ts';
import type { MaintenanceService } from '../maintenance/maintenance.service.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { Ports } from '../ports.ts';
import { PlanRuns } from './plan-runs.ts';
import type { PlansService } from './plans.service.ts';
import type { PlansStore } from './plans.store.ts';
import { Scheduler } from './scheduler.ts';
import type { SchedulesStore } from './schedules.store.ts';
import { type Upkeep, UpkeepRuns } from './upkeep-runs.ts';

export interface UpkeepSettings {
  readonly pruneCron: string;
  /** Absent: never. */
  readonly drillSchedule?: string;
  readonly timeZone: string;
}

export interface SchedulerServices {
  readonly plans: PlansService;
  readonly plansStore: PlansStore;
  readonly schedulesStore: SchedulesStore;
  readonly backups: BackupsService;
  readonly maintenance: MaintenanceService;
  readonly drills: DrillsService;
  readonly operations: OperationsService;
  readonly clock: Clock;
  /** Beside prune and drills. */
  readonly further: readonly Upkeep[];
  readonly log: Ports['log'];
  /** Told after each look at the clock. */
  readonly onTick: (at: Date) => void;
}

/** All plans, and prune and drills in their own windows, in one scheduler. */
export function createScheduler(
  services: SchedulerServices,
  { pruneCron, drillSchedule, timeZone }: UpkeepSettings,
): Background {
  const { plans, plansStore, schedulesStore, backups, maintenance, drills, operations, clock, log, onTick } =
    services;
  const prune: Upkeep = { name: 'prune', cron: pruneCron, timeZone, start: () => maintenance.start('prune') };
  const drill: Upkeep[] =
    drillSchedule === undefined
      ? []
      : [{ name: 'drill', cron: drillSchedule, timeZone, start: () => drills.startScheduled() }];
  const upkeep = [prune, ...drill, ...services.further];
  const scheduler = new Scheduler({
    groups: [
      new PlanRuns({ store: plansStore, operations, passes: backups }),
      new UpkeepRuns(schedulesStore, operations, upkeep),
    ],
    clock,
    onTick,
    onError: (error) => log('error', 'A scheduled pass could not be started.', error),
    onBusy: ({ name }) =>
      log('warn', `${name} is due, but its run before still goes on; the next begins afterwards.`),
  });
  const stopListening: (() => void)[] = [];
  return {
    start: async () => {
      stopListening.push(
        plans.onChanged(() => scheduler.wake()),
        // What was due meanwhile begins when the pass before it has ended.
        operations.onEnded(({ role }) => {
          if (role === 'pass') scheduler.runEnded();
        }),
      );
      await scheduler.start();
    },
    stop: () => {
      for (const stop of stopListening.splice(0)) stop();
      return scheduler.stop();
    },
  };
}
