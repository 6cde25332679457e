import { z } from 'zod';
import { temporaryNamePrefix } from '../container/temporary-name.ts';
import { execute, queryJson } from './client.ts';
import { type ConnectedServer, operationMark } from './connect.ts';
import { quoteText } from './quoting.ts';

/** Ends what a client that is gone does not end by itself: statements of an operation that are being executed. */
export async function endSessions(
  { server }: Pick<ConnectedServer, 'server'>,
  operationId: string,
): Promise<void> {
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
