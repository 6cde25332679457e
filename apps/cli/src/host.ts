import type { Readable, Writable } from 'node:stream';

/** A way to the HTTP API, wherever the server runs. */
export interface Connection {
  /** Whether the server runs inside this very process, and ends with it. */
  readonly embedded: boolean;
  /**
   * Sends one request and gives the parsed body of the answer (`undefined` when it has none).
   * @throws CommandError with the code of the problem that the server answered, or `server-unreachable`
   */
  request(method: string, path: string, body?: unknown): Promise<unknown>;
  /**
   * The body of an answer as it comes, which may be of any size. Reading it fails when it is not whole.
   * @throws CommandError as `request`
   */
  content(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** The data of each server-sent event; survives dropped connections. End it by leaving the loop. */
  events(path: string): AsyncIterable<unknown>;
  /** Of an embedded server: waits until its work has ended. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly dataDirectory?: string;
  readonly host?: string;
  readonly port?: number;
}

export interface TerminalOutput extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface TerminalInput extends Readable {
  readonly isTTY?: boolean;
}

/** Everything that the command line needs from the process it runs in. */
export interface Host {
  readonly version: string;
  readonly stdin: TerminalInput;
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** To the server of a data directory; one is started inside this process where none runs. */
  connect(options: { readonly dataDirectory?: string }): Promise<Connection>;
  /** Serves until the process is told to stop. */
  serve(options: ServeOptions): Promise<void>;
  /** Calls back on each Ctrl-C (or request to terminate) until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}
