import { asHoldfastError } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';
import { applicationName, connectServer } from './connect.ts';
import { endSessions } from './end-sessions.ts';
import type { PostgresLocator } from './locator.ts';

/** Ends the sessions that a dead operation left on the server. A server that is gone or stopped has none. */
export async function cleanUpPostgres(
  locator: PostgresLocator,
  operationId: string,
  context: CaptureContext,
): Promise<void> {
  try {
    const { server } = await connectServer(locator, context, applicationName(operationId));
    await endSessions(server);
  } catch (error) {
    const { code } = asHoldfastError(error);
    if (code !== 'container-not-found' && code !== 'container-not-running') throw error;
  }
}
