import { type Notice, noticeSchema } from '@holdfast/contracts';
import type { Database } from '../database/database.ts';

export interface Delivery {
  readonly id: string;
  readonly channelId: string;
  readonly notice: Notice;
  /** How many attempts have begun. */
  readonly attempts: number;
  readonly nextAttemptAt: string;
}

/** Told of by one message. */
export interface Told {
  readonly raised: readonly string[];
  /** With when they were told before. */
  readonly reminded: readonly { readonly alertId: string; readonly toldAt: string }[];
  readonly recovered: readonly string[];
}

/** Somebody else told of it meanwhile; what was written is taken back. */
class ToldMeanwhile extends Error {}

export type OutboxStore = ReturnType<typeof createOutboxStore>;

/** What each channel was told of, and the messages on their way: written in one breath, so that nothing is told twice. */
export function createOutboxStore(database: Database) {
  return {
    /** When a channel was last told of an alert, by the alert's id; of those that were not told to be well again. */
    async told(channelId: string): Promise<Map<string, string>> {
      const rows = await database
        .selectFrom('channel_alerts')
        .select(['alert_id', 'told_at'])
        .where('channel_id', '=', channelId)
        .execute();
      return new Map(rows.map((row) => [row.alert_id, row.told_at]));
    },

    /** @returns false, and nothing is stored, when another process was faster */
    async put(channelId: string, notice: Notice, { raised, reminded, recovered }: Told): Promise<boolean> {
      const at = notice.time;
      try {
        await database.transaction().execute(async (transaction) => {
          for (const alert_id of raised) {
            const { numInsertedOrUpdatedRows } = await transaction
              .insertInto('channel_alerts')
              .values({ channel_id: channelId, alert_id, told_at: at })
              .onConflict((conflict) => conflict.doNothing())
              .executeTakeFirst();
            if (numInsertedOrUpdatedRows !== 1n) throw new ToldMeanwhile();
          }
          for (const { alertId, toldAt } of reminded) {
            const { numUpdatedRows } = await transaction
              .updateTable('channel_alerts')
              .set({ told_at: at })
              .where('channel_id', '=', channelId)
              .where('alert_id', '=', alertId)
              .where('told_at', '=', toldAt)
              .executeTakeFirst();
            if (numUpdatedRows !== 1n) throw new ToldMeanwhile();
          }
          for (const alertId of recovered) {
            const { numDeletedRows } = await transaction
              .deleteFrom('channel_alerts')
              .where('channel_id', '=', channelId)
              .where('alert_id', '=', alertId)
              .executeTakeFirst();
            if (numDeletedRows !== 1n) throw new ToldMeanwhile();
          }
          await transaction
            .insertInto('deliveries')
            .values({
              id: notice.id,
              channel_id: channelId,
              notice: JSON.stringify(notice),
              state: 'waiting',
              attempts: 0,
              next_attempt_at: at,
              created_at: at,
              ended_at: null,
            })
            .execute();
        });
        return true;
      } catch (error) {
        if (error instanceof ToldMeanwhile) return false;
        throw error;
      }
    },

    /** Those of a channel whose time has come, oldest first. */
    async due(channelId: string, now: string): Promise<Delivery[]> {
      const rows = await database
        .selectFrom('deliveries')
        .selectAll()
        .where('state', '=', 'waiting')
        .where('channel_id', '=', channelId)
        .where('next_attempt_at', '<=', now)
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        channelId: row.channel_id,
        notice: noticeSchema.parse(JSON.parse(row.notice)),
        attempts: row.attempts,
        nextAttemptAt: row.next_attempt_at,
      }));
    },

    /**
     * Writes the attempt down before it is made, with when the next one is due unless this one succeeds: so a crash in
     * the middle of it is an attempt that failed.
     * @returns false when another process has it
     */
    async claim({ id, nextAttemptAt }: Delivery, next: string): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('deliveries')
        .set((e) => ({ attempts: e('attempts', '+', 1), next_attempt_at: next }))
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .where('next_attempt_at', '=', nextAttemptAt)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async end(id: string, state: 'delivered' | 'given-up', at: string): Promise<void> {
      await database.updateTable('deliveries').set({ state, ended_at: at }).where('id', '=', id).execute();
    },

    /** Of a channel that was switched off: what waits would come too late. */
    async giveUpAll(channelId: string, at: string): Promise<void> {
      await database
        .updateTable('deliveries')
        .set({ state: 'given-up', ended_at: at })
        .where('channel_id', '=', channelId)
        .where('state', '=', 'waiting')
        .execute();
    },

    /** By channel: how many wait, and how many were given up since. */
    async counts(since: string): Promise<Map<string, { waiting: number; givenUp: number }>> {
      const rows = await database
        .selectFrom('deliveries')
        .select(['channel_id', 'state', (e) => e.fn.countAll().as('count')])
        .where((e) =>
          e.or([
            e('state', '=', 'waiting'),
            e.and([e('state', '=', 'given-up'), e('ended_at', '>=', since)]),
          ]),
        )
        .groupBy(['channel_id', 'state'])
        .execute();
      const counts = new Map<string, { waiting: number; givenUp: number }>();
      for (const { channel_id, state, count } of rows) {
        const before = counts.get(channel_id) ?? { waiting: 0, givenUp: 0 };
        const number = Number(count);
        counts.set(
          channel_id,
          state === 'waiting' ? { ...before, waiting: number } : { ...before, givenUp: number },
        );
      }
      return counts;
    },

    /** Forgets messages that ended before. */
    async tidy(before: string): Promise<void> {
      await database.deleteFrom('deliveries').where('ended_at', '<', before).execute();
    },
  };
}
