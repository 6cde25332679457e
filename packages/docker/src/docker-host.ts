import type { Readable, Writable } from 'node:stream';
import type { Secret, SecretEnvironment } from '@holdfast/runtime';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface ContainerMount {
  readonly type: string;
  readonly name?: string;
  /** Of a volume: `local`, or a plugin. */
  readonly driver?: string;
  readonly source: string;
  readonly destination: string;
  readonly readWrite: boolean;
}

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly ContainerMount[];
}

export interface ContainerDetails extends ContainerSummary {
  readonly imageId: string;
  /** Of the main process, as the engine's host sees it; 0 when not running. */
  readonly pid: number;
  /** The container's own environment. Values are secret until shown not to be. */
  readonly environment: ReadonlyMap<string, Secret>;
  readonly user: string;
  /** Entry point and its arguments, whether they come from the image or not. */
  readonly command: readonly string[];
  /** As the image or the container declares them: `5432/tcp`. Nothing need be published or listening there. */
  readonly exposedPorts: readonly string[];
  readonly compose?: { readonly project: string; readonly service: string; readonly number: number };
}

/** Where a command's standard output goes. A number is a descriptor of this process. */
export type CommandOutput = { readonly descriptor: number } | { readonly writable: Writable };
export type CommandInput = ({ readonly descriptor: number } | { readonly readable: Readable }) & {
  /**
   * The command knows by itself where its input ends. The connection then stays open both ways until the
   * command ends: some socket proxies cut the output, too, when one direction is closed.
   */
  readonly endsItself?: boolean;
};

/** Captured output beyond this many bytes is an error. */
export const capturedOutputLimit = 16 * 1024 * 1024;

export interface ContainerCommand {
  readonly command: readonly [string, ...string[]];
  /** Secrets go here, never into `command`. */
  readonly environment?: SecretEnvironment;
  readonly user?: string;
  readonly input?: CommandInput;
  /** Without it, output is captured (see `capturedOutputLimit`). */
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
  /** Reached by a socket of this host, so that its containers may be processes of this host. */
  readonly local: boolean;
  readonly helpers: HelperContainers;
  readonly lifecycle: ContainerLifecycle;
  readonly resources: EngineResources;
}

export interface ContainerStatus {
  readonly running: boolean;
  readonly paused: boolean;
  readonly exitCode: number;
  /** `none` where the container has no health check. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
}

/** What changes containers. By id or exact name; what is so already is no error. */
export interface ContainerLifecycle {
  /** @throws HoldfastError `container-not-found` */
  status(container: string): Promise<ContainerStatus>;
  start(container: string): Promise<void>;
  /** Without a grace period the container's own (or the engine's) holds. */
  stop(container: string, options?: { readonly graceSeconds?: number }): Promise<void>;
  pause(container: string): Promise<void>;
  unpause(container: string): Promise<void>;
  /**
   * Makes a container, not started, from what the engine's API takes. @returns its id
   * @throws HoldfastError `container-name-taken`, `image-missing`
   */
  create(name: string, definition: Readonly<Record<string, unknown>>): Promise<string>;
  /** With its anonymous volumes, running or not. */
  remove(container: string): Promise<void>;
  /** The last lines that it printed. They may hold secrets of its environment: redact before they are shown. */
  log(container: string, lines: number): Promise<string>;
  /**
   * Waits until it runs, and its health check (where it has one) says that it is well.
   * @throws HoldfastError `container-not-running` when it ended, `container-unhealthy` when the time is over
   */
  untilReady(
    container: string,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<ContainerStatus>;
}

export interface EngineVolume {
  readonly name: string;
  readonly driver: string;
  /** A path of the engine's host, which this process may not see. */
  readonly mountpoint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** As the engine words it. */
  readonly createdAt?: string;
}

export interface EngineNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** All that the engine says of it, in its own words. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface EngineImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly architecture: string;
  /** What its containers get where they say nothing else, in the engine's own words. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Volumes, networks and images. What does not exist is undefined, and removing it no error. */
export interface EngineResources {
  volumes(): Promise<EngineVolume[]>;
  volume(name: string): Promise<EngineVolume | undefined>;
  createVolume(volume: Omit<EngineVolume, 'mountpoint'>): Promise<void>;
  removeVolume(name: string): Promise<void>;
  networks(): Promise<EngineNetwork[]>;
  network(name: string): Promise<EngineNetwork | undefined>;
  /** From what the engine's API takes. @returns its id */
  createNetwork(definition: { readonly Name: string } & Readonly<Record<string, unknown>>): Promise<string>;
  removeNetwork(name: string): Promise<void>;
  connectNetwork(
    network: string,
    container: string,
    endpoint?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  image(reference: string): Promise<EngineImage | undefined>;
  pullImage(reference: string, signal: AbortSignal): Promise<void>;
  /** Gives an image a further name, `name:tag`. */
  tagImage(reference: string, name: string): Promise<void>;
  /** All that the engine says of a container, secrets of its environment included: never log or store it in the clear. */
  rawContainer(container: string): Promise<unknown>;
  version(): Promise<string>;
}

/** Short-lived containers beside a database container; see `createHelperContainers`. */
export interface HelperContainers {
  /** Why they cannot be used beside this container, or undefined. */
  whyNot(container: ContainerDetails): Promise<string | undefined>;
  /** Input and output must be descriptors. */
  run(container: ContainerDetails, command: ContainerCommand): Promise<CommandResult>;
  /** Removes those that a dead process of this same Holdfast left. Call it while none is in use. */
  purge(): Promise<number>;
}

/** The ways into a container, fastest first; see the decision record on data paths. */
export const dataPaths = ['direct', 'helper', 'exec'] as const;
export type DataPath = (typeof dataPaths)[number];
/** `auto` takes the fastest that is allowed here. */
export type DataPathPolicy = DataPath | 'auto';

/** Runs commands in the context of one container by one of the data paths; same rules for all. */
export interface ContainerRunner {
  readonly dataPath: DataPath;
  /**
   * Whether a command whose input or output is a descriptor sees the container's own files, its sockets among
   * them. Where it does not, it shares the container's network only.
   */
  readonly bulkSharesFiles: boolean;
  run(command: ContainerCommand): Promise<CommandResult>;
}
