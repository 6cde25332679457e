import { z } from 'zod';
import type { Database } from '../database/database.ts';

const memberSchema = z.object({
  sourceId: z.string(),
  source: z.string(),
  kind: z.string(),
  snapshotId: z.string(),
  counts: z.enum(['rows', 'keys', 'files']),
  container: z.string().optional(),
  volume: z.string().optional(),
});

/** What a restore is about to do, written before it does it. Names only: no definition, no secrets. */
const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begun'),
    environment: z.string(),
    pointId: z.string(),
    /** Containers that run in the end, in the order of their start. */
    start: z.array(z.string()),
    /** Containers that ran before. */
    ran: z.array(z.string()),
    databases: z.array(z.string()),
    safetyPointId: z.string().optional(),
  }),
  z.object({ type: z.literal('stopping'), container: z.string() }),
  /** What did not exist and is made from the definition. */
  z.object({ type: z.literal('making'), made: z.unknown() }),
  z.object({ type: z.literal('starting'), container: z.string() }),
  z.object({ type: z.literal('restoring'), member: memberSchema, allMade: z.boolean() }),
  /** The one entry of the restore of a single source: what is about to take the place of what. */
  z.object({
    type: z.literal('exchanging'),
    restored: z.array(z.string()).readonly(),
    previous: z.array(z.string()).readonly(),
  }),
  /** Every member is in place and verified: from here on it goes forward only. */
  z.object({ type: z.literal('restored') }),
  z.object({ type: z.literal('rolling-back') }),
  z.object({ type: z.literal('reverted'), sourceId: z.string() }),
  z.object({ type: z.literal('rolled-back') }),
  z.object({ type: z.literal('finished') }),
]);
export type JournalEntry = z.infer<typeof entrySchema>;

export interface RestoreJournal {
  readonly entries: readonly JournalEntry[];
  /** Resolves when it is stored. */
  write(entry: JournalEntry): Promise<void>;
}

export type RestoreJournals = ReturnType<typeof createRestoreJournals>;

/** The journals of restores, one for each operation. */
export function createRestoreJournals(database: Database) {
  return {
    begin(operationId: string): RestoreJournal {
      return journalOf(database, operationId, []);
    },

    /** That of an operation which died; empty when it had not begun to change anything. */
    async open(operationId: string): Promise<RestoreJournal> {
      const rows = await database
        .selectFrom('restore_journal')
        .select('entry')
        .where('operation_id', '=', operationId)
        .orderBy('sequence')
        .execute();
      return journalOf(
        database,
        operationId,
        rows.map(({ entry }) => entrySchema.parse(JSON.parse(entry))),
      );
    },
  };
}

function journalOf(database: Database, operationId: string, entries: JournalEntry[]): RestoreJournal {
  return {
    entries,
    async write(entry) {
      await database
        .insertInto('restore_journal')
        .values({ operation_id: operationId, sequence: entries.length, entry: JSON.stringify(entry) })
        .execute();
      entries.push(entry);
    },
  };
}
