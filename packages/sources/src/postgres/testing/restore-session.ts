import { randomUUID } from 'node:crypto';
import type { DataPathPolicy } from '@holdfast/docker';
import { type Reporter, silentReporter } from '@holdfast/runtime';
import type { CaptureContext } from '../../source.ts';
import type { PostgresContainer } from '../../testing/index.ts';
import { connectServer } from '../connect.ts';
import type { ConnectedServer } from '../connected-server.ts';

export interface RestoreSession {
  readonly connected: ConnectedServer;
  readonly context: CaptureContext;
  cancel(): void;
}

/** A connection to a test's server, as one operation has it. */
export async function connect(
  container: PostgresContainer,
  options: { dataPath?: DataPathPolicy; reporter?: Reporter } = {},
): Promise<RestoreSession> {
  const controller = new AbortController();
  const context: CaptureContext = {
    docker: container.host,
    dataPath: options.dataPath ?? 'exec',
    operationId: randomUUID(),
    reporter: options.reporter ?? silentReporter,
    signal: controller.signal,
  };
  const connected = await connectServer({ container: { id: container.id, name: container.name } }, context);
  return { connected, context, cancel: () => controller.abort() };
}
