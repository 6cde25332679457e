import { asHoldfastError } from '@holdfast/runtime';
import { temporaryNamePrefix } from '../container/temporary-name.ts';
import type { CaptureContext } from '../source.ts';
import { type ConnectedServer, connectServer } from './connect.ts';
import { endSessions } from './end-sessions.ts';
import { dropSchema, readJournal } from './journal.ts';
import type { MysqlLocator } from './locator.ts';
import { rollBack } from './roll-back.ts';
import { readSchemas } from './survey.ts';

/**
 * Ends the statements of a dead operation, puts back what it was about to exchange, and drops what it loaded. A server
 * that is gone or stopped has no sessions; the schemas wait for their turn.
 */
export async function cleanUpMysql(
  locator: MysqlLocator,
  operationId: string,
  context: CaptureContext,
): Promise<void> {
  try {
    // Its own mark differs: it must not end itself.
    const connected = await connectServer(locator, context, 'holdfast clean-up ');
    await endSessions(connected, operationId);
    await dropTemporarySchemas(connected, operationId);
  } catch (error) {
    const { code } = asHoldfastError(error);
    if (code !== 'container-not-found' && code !== 'container-not-running') throw error;
  }
}

/** Drops what an operation loaded, after putting back what it had begun to exchange. Safe to repeat. */
export async function dropTemporarySchemas(connected: ConnectedServer, operationId: string): Promise<void> {
  const { server } = connected;
  const prefix = temporaryNamePrefix(operationId);
  const names = (await readSchemas(connected))
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const moves = await readJournal(server, name);
    if (moves !== undefined) await rollBack(server, moves);
  }
  for (const name of names) await dropSchema(server, name);
}
