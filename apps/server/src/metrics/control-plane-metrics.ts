import { alertCodes, operationKinds, operationStates } from '@holdfast/contracts';
import type { TotalFacts } from './metrics.store.ts';
import type { MetricsPage } from './metrics-page.ts';

const roles = ['pass', 'part'] as const;

/** Every kind, role and state, with 0 where there is none: the first failure must be seen as an increase. */
export function putOperations(page: MetricsPage, operations: TotalFacts['operations']): void {
  const counts = new Map(
    operations.map(({ kind, slots, state, count }) => [
      `${kind} ${slots === 0 ? 'pass' : 'part'} ${state}`,
      Number(count),
    ]),
  );
  for (const kind of operationKinds) {
    for (const role of roles) {
      for (const state of operationStates) {
        const ended = state !== 'queued' && state !== 'running';
        const count = counts.get(`${kind} ${role} ${state}`) ?? 0;
        page.put(ended ? 'operationsEnded' : 'operations', { kind, role, state }, count);
      }
    }
  }
}

export function putAlerts(page: MetricsPage, openAlerts: TotalFacts['openAlerts']): void {
  const counts = new Map<string, number>(openAlerts.map(({ code, count }) => [code, Number(count)]));
  for (const code of alertCodes) page.put('alertsOpen', { code }, counts.get(code) ?? 0);
}

export function putSchedules(page: MetricsPage, schedules: TotalFacts['schedules']): void {
  for (const { name, last_due_at } of schedules) {
    page.putInstant('scheduleLastDue', { schedule: name }, last_due_at);
  }
}

export interface ProbedDestination {
  readonly name: string;
  readonly kind: string;
  readonly lastProbe?: { readonly time: string; readonly ok: boolean };
}

export function putDestinations(page: MetricsPage, destinations: readonly ProbedDestination[]): void {
  for (const { name, kind, lastProbe } of destinations) {
    if (lastProbe === undefined) continue;
    const labels = { destination: name, kind };
    page.putFlag('destinationReachable', labels, lastProbe.ok);
    page.putInstant('destinationProbed', labels, lastProbe.time);
  }
}
