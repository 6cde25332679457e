import type { RegisteredKind } from '@holdfast/destinations';
import type { DockerHost } from '@holdfast/docker';
import type { Engine } from '@holdfast/engine';
import type { SourceKind } from '@holdfast/sources';
import type { WorkerHelpers } from '@holdfast/worker';
import type { LeaseTimings } from './active/active-lease.ts';
import type { Clock } from './clock.ts';
import type { Log } from './logs/log.ts';
import type { RunnerTimings } from './operations/operation-runner.ts';
import type { RequestReload } from './reload.ts';

/** What the server stands on; `main.ts` hands over the real ones. */
export interface Ports {
  readonly docker: DockerHost;
  readonly engine: Engine;
  /** Helper containers for what this process cannot read; `instance` names this Holdfast. Absent: there are none. */
  readonly helpers?: (instance: string) => WorkerHelpers;
  readonly sourceKinds: readonly SourceKind<unknown>[];
  readonly destinationKinds: ReadonlyMap<string, RegisteredKind>;
  readonly clock: Clock;
  /** Which engine it is and where it came from, for the doctor; its version says it otherwise. */
  readonly describeEngine?: () => Promise<string>;
  /** Holdfast's own version. */
  readonly version: string;
  /** The folder of the web app's build. Absent: no web app is served. */
  readonly webApp?: string;
  /** Where unexpected errors and the course of the server are told; never to standard output. */
  readonly log: Log;
  readonly timings?: Partial<RunnerTimings>;
  readonly leaseTimings?: Partial<LeaseTimings>;
  /** Handed over by the server itself. */
  readonly reload?: RequestReload;
}
