import { createHash } from 'node:crypto';
import type { AuditEntry } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { AuditLogTable } from '../database/schema.ts';

export type AuditStore = ReturnType<typeof createAuditStore>;

export type NewAuditEntry = Omit<AuditEntry, 'sequence'>;

const subjectSchema = z.record(z.string(), z.string());
const beginning = '';

/** Entries are added, and read: there is no way here to change or remove one. */
export function createAuditStore(database: Database) {
  return {
    /** False when another process took the place: try again. */
    async append(entry: NewAuditEntry): Promise<boolean> {
      const last = await database
        .selectFrom('audit_log')
        .select(['sequence', 'hash'])
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst();
      const row = {
        sequence: (last?.sequence ?? 0) + 1,
        time: entry.time,
        principal_kind: entry.principal.kind,
        principal_id: entry.principal.id,
        principal_name: entry.principal.name,
        action: entry.action,
        subject: JSON.stringify(entry.subject),
        status: entry.status,
        address: entry.address ?? null,
      };
      const { numInsertedOrUpdatedRows } = await database
        .insertInto('audit_log')
        .values({ ...row, hash: chain(last?.hash ?? beginning, row) })
        .onConflict((conflict) => conflict.column('sequence').doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    /** Newest first, before a sequence where given. */
    async list({ limit, before }: { limit: number; before?: number }): Promise<AuditEntry[]> {
      let select = database.selectFrom('audit_log').selectAll().orderBy('sequence', 'desc').limit(limit);
      if (before !== undefined) select = select.where('sequence', '<', before);
      return (await select.execute()).map(fromRow);
    },

    /** Reads all of it and compares each hash with what it must be. */
    async verify(): Promise<{ entries: number; brokenAt?: number }> {
      let hash = beginning;
      let entries = 0;
      for (;;) {
        const rows = await database
          .selectFrom('audit_log')
          .selectAll()
          .where('sequence', '>', entries)
          .orderBy('sequence')
          .limit(verifiedAtOnce)
          .execute();
        for (const row of rows) {
          hash = chain(hash, row);
          if (row.sequence !== entries + 1 || row.hash !== hash) return { entries, brokenAt: row.sequence };
          entries = row.sequence;
        }
        if (rows.length < verifiedAtOnce) return { entries };
      }
    },
  };
}

const verifiedAtOnce = 1000;

/** Each entry's hash holds that of the one before: none can be changed or taken out without changing all after it. */
function chain(previous: string, row: Omit<AuditLogTable, 'hash'>): string {
  const { sequence, time, principal_kind, principal_id, principal_name, action, subject, status, address } =
    row;
  const content = [
    sequence,
    time,
    principal_kind,
    principal_id,
    principal_name,
    action,
    subject,
    status,
    address,
  ];
  return createHash('sha256').update(previous).update(JSON.stringify(content)).digest('hex');
}

function fromRow(row: Selectable<AuditLogTable>): AuditEntry {
  return {
    sequence: row.sequence,
    time: row.time,
    principal: { kind: row.principal_kind, id: row.principal_id, name: row.principal_name },
    action: row.action,
    subject: subjectSchema.parse(JSON.parse(row.subject)),
    status: row.status,
    ...(row.address === null ? {} : { address: row.address }),
  };
}
