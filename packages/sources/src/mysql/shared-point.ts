import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError } from '@holdfast/runtime';
import type { ConnectedServer } from './connect.ts';
import { type MysqlSession, openSession } from './session.ts';

/** Whoever writes waits for so long at most. */
const waitForLockSeconds = 3;
const holdAtMostMs = 10_000;

/** A moment in which nothing is committed, so that two sessions can begin with the same view. */
export interface SharedPoint {
  /** Sees the same as whatever began while the point was held. */
  readonly counting: MysqlSession;
  /** Lets writers go on. Says why the two may differ, or undefined when they see the same. Safe to repeat. */
  release(): Promise<string | undefined>;
}

/**
 * Opens a session with a consistent view, and keeps everybody from committing until `release`. Where that is not
 * allowed, nobody is kept waiting, and `release` says so.
 *
 * MariaDB has a lock for just that, which waits for no running query and lets writers work up to their commit; MySQL
 * has only the read lock over all tables.
 */
export async function holdSharedPoint(connected: ConnectedServer, signal: AbortSignal): Promise<SharedPoint> {
  const { server, family, version } = connected;
  const counting = openSession(server, signal);
  const locking = openSession(server, signal);
  try {
    await counting.ask('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    const staged = family === 'mariadb' && version >= 100_401;
    const lock = staged ? 'BACKUP STAGE START; BACKUP STAGE BLOCK_COMMIT' : 'FLUSH TABLES WITH READ LOCK';
    const problem = await locking
      .ask(`SET SESSION lock_wait_timeout = ${waitForLockSeconds}; ${lock}`)
      .then(() => undefined, asHoldfastError);
    await counting.ask('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    const tooLate = new AbortController();
    let late = false;
    const watchdog = async () => {
      await sleep(holdAtMostMs, undefined, { signal: tooLate.signal, ref: false });
      late = true;
      await locking.close();
    };
    watchdog().catch(() => {});
    return {
      counting,
      async release() {
        tooLate.abort();
        await locking.close();
        if (problem !== undefined) return problem.message;
        return late ? 'the dump took too long to begin' : undefined;
      },
    };
  } catch (error) {
    await Promise.all([counting.close(), locking.close()]);
    throw error;
  }
}
