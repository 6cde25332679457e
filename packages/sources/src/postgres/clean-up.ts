import { asHoldfastError } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';
import { connectServer } from './connect.ts';
import { applicationName } from './connected-server.ts';
import type { PostgresLocator } from './locator.ts';
import { cleanUpRestore } from './restore.ts';

/**
 * Ends the sessions and drops the half-loaded databases that a dead operation left on the server. A server that
 * is gone or stopped has no sessions; the databases wait for their turn.
 */
export async function cleanUpPostgres(
  locator: PostgresLocator,
  operationId: string,
  context: CaptureContext,
): Promise<void> {
  try {
    const connected = await connectServer(locator, context, applicationName(operationId));
    await cleanUpRestore(connected, operationId);
  } catch (error) {
    const { code } = asHoldfastError(error);
    if (code !== 'container-not-found' && code !== 'container-not-running') throw error;
  }
}
