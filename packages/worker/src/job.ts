import type { EnvironmentMember } from '@holdfast/contracts';
import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Engine, Repository } from '@holdfast/engine';
import type { Reporter, Secret } from '@holdfast/runtime';
import type { CaptureContext, Exchange, ServiceKeeper, SourceKind } from '@holdfast/sources';

/** The source that a job is about, as its manifest and tags name it. */
export interface SourceIdentity {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  readonly container?: string;
  readonly image?: string;
}

/** What every job of the worker is given. */
export interface Job {
  readonly operationId: string;
  readonly source: SourceIdentity;
  /** As stored; the kind's own schema validates it. */
  readonly locator: unknown;
  readonly repository: Repository;
  readonly dataPath: DataPathPolicy;
  /** What a person declared with the source and the vault keeps. */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** What was taken of the same environment before. */
  readonly members?: readonly EnvironmentMember[];
}

export interface WorkerPorts {
  readonly engine: Engine;
  readonly kind: SourceKind<unknown>;
  readonly docker?: DockerHost;
  /** Without it no container is paused or stopped. */
  readonly services?: ServiceKeeper;
  readonly now: () => Date;
}

export interface JobControl {
  /** Of a restore in mode `swap`; see `CaptureContext`. */
  readonly willExchange?: (exchange: Exchange) => Promise<void>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

export function captureContext(job: Job, ports: WorkerPorts, control: JobControl): CaptureContext {
  return {
    docker: ports.docker,
    ...(ports.services === undefined ? {} : { services: ports.services }),
    dataPath: job.dataPath,
    ...(job.secrets === undefined ? {} : { secrets: job.secrets }),
    ...(job.members === undefined ? {} : { members: job.members }),
    operationId: job.operationId,
    reporter: control.reporter,
    signal: control.signal,
  };
}
