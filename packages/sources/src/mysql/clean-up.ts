import { asHoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { CaptureContext } from '../source.ts';
import { execute, queryJson } from './client.ts';
import { type ConnectedServer, connectServer, operationMark } from './connect.ts';
import { dropSchema, readJournal } from './journal.ts';
import type { MysqlLocator } from './locator.ts';
import { quoteText } from './quoting.ts';
import { temporaryNamePrefix } from './restore-names.ts';
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

/** What a client that is gone does not end by itself: a statement that is being executed. */
async function endSessions({ server }: ConnectedServer, operationId: string): Promise<void> {
  const sessions = await queryJson(
    server,
    `SELECT JSON_OBJECT('id', ID) FROM information_schema.PROCESSLIST
     WHERE ID <> CONNECTION_ID() AND (LOCATE(${quoteText(operationMark(operationId))}, INFO) > 0
       OR LOCATE(${quoteText(temporaryNamePrefix(operationId))}, DB) = 1);`,
    z.object({ id: z.int() }),
  );
  for (const { id } of sessions) {
    // One that has ended in the meantime is no error.
    await execute(server, `KILL ${id};`).catch(() => {});
  }
}
