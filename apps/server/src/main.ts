import { HoldfastError } from '@holdfast/runtime';
import type { Config } from './config.ts';

/** `serve`: TCP port, scheduler, stays. `embedded`: only the Unix socket, for the life of one command. */
export type ServerMode = 'serve' | 'embedded';

export interface ServerHandle {
  readonly socketPath: string;
  /** Where it listens on TCP; absent when embedded. */
  readonly url?: string;
  /** Embedded: waits until nothing runs. Serve: gives what runs a grace period. Then releases everything. */
  close(): Promise<void>;
}

/** @throws HoldfastError `data-directory-in-use`: become a client of the other one, on the same socket */
export async function startServer(_options: { mode: ServerMode; config: Config }): Promise<ServerHandle> {
  throw new HoldfastError('internal', 'Not wired yet.');
}
