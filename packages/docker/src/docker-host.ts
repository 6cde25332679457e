import type { Readable, Writable } from 'node:stream';
import type { Secret, SecretEnvironment } from '@holdfast/runtime';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ContainerMount {
  readonly type: string;
  readonly name?: string;
  readonly source: string;
  readonly destination: string;
  readonly readWrite: boolean;
}

export interface ContainerDetails extends ContainerSummary {
  readonly imageId: string;
  /** Of the main process, as the engine's host sees it; 0 when not running. */
  readonly pid: number;
  /** The container's own environment. Values are secret until shown not to be. */
  readonly environment: ReadonlyMap<string, Secret>;
  readonly user: string;
  readonly mounts: readonly ContainerMount[];
  readonly compose?: { readonly project: string; readonly service: string; readonly number: number };
}

/** Where a command's standard output goes. A number is a descriptor of this process. */
export type CommandOutput = { readonly descriptor: number } | { readonly writable: Writable };
export type CommandInput = { readonly descriptor: number } | { readonly readable: Readable };

export interface ContainerCommand {
  readonly command: readonly [string, ...string[]];
  /** Secrets go here, never into `command`. */
  readonly environment?: SecretEnvironment;
  readonly user?: string;
  readonly input?: CommandInput;
  /** Without it, output is captured (the first 16 MiB; more is an error). */
  readonly output?: CommandOutput;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly exitCode: number;
  /** Captured output; empty when `output` was given. */
  readonly stdout: Buffer;
  /** The last 64 KiB, secrets of the environment removed. */
  readonly stderr: string;
}

/** The Docker engine, as far as Holdfast needs it. List, inspect and exec are enough for databases. */
export interface DockerHost {
  /** @throws HoldfastError `docker-unreachable`, `docker-permission-denied`, `docker-forbidden` */
  ping(): Promise<void>;
  list(): Promise<ContainerSummary[]>;
  /** By id or exact name. @throws HoldfastError `container-not-found` */
  inspect(container: string): Promise<ContainerDetails>;
  /**
   * Runs a command by the engine's exec. Resolves with the exit code, whatever it is.
   * @throws HoldfastError `container-not-running`, `container-lost` when the connection or container went away
   *   before the exit code was known, `container-command-missing`, `docker-forbidden`, `cancelled`, `timed-out`
   */
  exec(container: string, command: ContainerCommand): Promise<CommandResult>;
}

/** The ways into a container, fastest first; see the decision record on data paths. */
export const dataPaths = ['direct', 'helper', 'exec'] as const;
export type DataPath = (typeof dataPaths)[number];
/** `auto` takes the fastest that is allowed here. */
export type DataPathPolicy = DataPath | 'auto';

/** Runs commands in the context of one container by one of the data paths; same rules for all. */
export interface ContainerRunner {
  readonly dataPath: DataPath;
  run(command: ContainerCommand): Promise<CommandResult>;
}
