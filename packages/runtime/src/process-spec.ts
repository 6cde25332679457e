import type { Readable, Writable } from 'node:stream';
import type { SecretEnvironment } from './secret.ts';

export type ProcessInput =
  | { readonly descriptor: number }
  | { readonly readable: Readable }
  | { readonly bytes: Uint8Array };

/** Where standard output goes. Without it only the last 64 KiB are kept. */
export type ProcessOutput =
  | { readonly descriptor: number }
  /** Respects back-pressure, and is ended with the output. */
  | { readonly writable: Writable }
  | { readonly onLine: (line: string) => void }
  /** Kept whole in memory; more than this is an error. */
  | { readonly captureBytes: number };

export interface ProcessSpec {
  readonly program: string;
  /** Visible to every user of the machine: never a secret. */
  readonly arguments: readonly string[];
  /** Added to the few inherited variables (`inheritedVariables`); secrets go here. */
  readonly environment?: SecretEnvironment;
  readonly workingDirectory?: string;
  /** Without it the child reads end of file at once. */
  readonly stdin?: ProcessInput;
  readonly stdout?: ProcessOutput;
  /** Secrets of the environment are removed. */
  readonly onStderrLine?: (line: string) => void;
  /** Descriptors of this process that become 3, 4, 5… of the child. The caller closes its own copies. */
  readonly descriptors?: readonly number[];
  /**
   * Ends it, and its descendants, also when this process gets SIGKILL: SIGTERM, and SIGKILL after 10 seconds. For what
   * may go on, or wait, for long without writing to a pipe whose reader is gone. A signal that ended the command, or a
   * program that is not there, is then an exit code as of a shell. Not together with `descriptors`.
   */
  readonly guarded?: boolean;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Between SIGTERM and SIGKILL when it is cancelled or timed out; default 5000. */
  readonly killGraceMs?: number;
}

export interface ProcessResult {
  /** Undefined when a signal ended the process. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** What `captureBytes` asked for, else empty. */
  readonly stdout: Buffer;
  /** The last 64 KiB, secrets removed; empty when the output went to a descriptor or a stream. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
}

export interface RunningProcess {
  /** Also the id of the process group. */
  readonly pid: number;
  /**
   * Settles when the process is gone and nobody holds its output open any more. A non-zero exit is a result.
   * @throws HoldfastError `cancelled`, `timed-out`, `internal` (the output could not be captured or delivered)
   */
  readonly done: Promise<ProcessResult>;
  /** Resolves as soon as the process itself is gone, whoever still holds its output. Never rejects. */
  readonly exited: Promise<void>;
  /** Resolves when all who held the pipe of its standard output have let go. Never rejects. */
  readonly outputClosed: Promise<void>;
  /** Signals the process and its descendants, also those that outlived it. */
  kill(signal: NodeJS.Signals): void;
}
