import type { Alert, AlertCode, AlertSubject } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { AlertsTable } from '../database/schema.ts';
import type { Keyset } from '../http/keyset-cursor.ts';

export type AlertsStore = ReturnType<typeof createAlertsStore>;

export type NewAlert = Pick<Alert, 'id' | 'code' | 'subject' | 'message' | 'hint'>;

export type OpenSubject = Pick<AlertSubject, 'kind' | 'id'> & { readonly code: AlertCode };

export function createAlertsStore(database: Database) {
  return {
    /** Opens one, or counts another occurrence of the one that is open. */
    async raise(alert: NewAlert, at: string): Promise<Alert> {
      const { id, code, subject, message, hint } = alert;
      return database.transaction().execute(async (transaction) => {
        const open = await transaction
          .selectFrom('alerts')
          .selectAll()
          .where('code', '=', code)
          .where('subject_kind', '=', subject.kind)
          .where('subject_id', '=', subject.id)
          .where('resolved_at', 'is', null)
          .executeTakeFirst();
        const latest = { subject_name: subject.name, message, hint, last_seen_at: at };
        const row =
          open === undefined
            ? await transaction
                .insertInto('alerts')
                .values({
                  id,
                  code,
                  subject_kind: subject.kind,
                  subject_id: subject.id,
                  since: at,
                  occurrences: 1,
                  resolved_at: null,
                  ...latest,
                })
                .returningAll()
                .executeTakeFirstOrThrow()
            : await transaction
                .updateTable('alerts')
                .set({ ...latest, occurrences: open.occurrences + 1 })
                .where('id', '=', open.id)
                .returningAll()
                .executeTakeFirstOrThrow();
        return fromRow(row);
      });
    },

    async resolve(code: AlertCode, subject: Pick<AlertSubject, 'kind' | 'id'>, at: string): Promise<void> {
      await database
        .updateTable('alerts')
        .set({ resolved_at: at })
        .where('code', '=', code)
        .where('subject_kind', '=', subject.kind)
        .where('subject_id', '=', subject.id)
        .where('resolved_at', 'is', null)
        .execute();
    },

    async openSubjects(codes: readonly AlertCode[]): Promise<OpenSubject[]> {
      return database
        .selectFrom('alerts')
        .select(['code', 'subject_kind as kind', 'subject_id as id'])
        .where('resolved_at', 'is', null)
        .where('code', 'in', codes)
        .execute();
    },

    /** Newest first; `before` is the place after which to read on. */
    async list(
      state: 'open' | 'all',
      { before, limit = mostListed }: { readonly before?: Keyset; readonly limit?: number } = {},
    ): Promise<Alert[]> {
      let select = database.selectFrom('alerts').selectAll().orderBy('since', 'desc').orderBy('id', 'desc');
      if (state === 'open') select = select.where('resolved_at', 'is', null);
      if (before !== undefined) {
        const [since, id] = before;
        select = select
          .where('since', '<=', since)
          .where((e) => e.or([e('since', '<', since), e('id', '<', id)]));
      }
      return (await select.limit(limit).execute()).map(fromRow);
    },
  };
}

/** Open ones are few by their nature; of the resolved ones only the latest are of interest. */
const mostListed = 500;

function fromRow(row: Selectable<AlertsTable>): Alert {
  return {
    id: row.id,
    code: row.code,
    state: row.resolved_at === null ? 'open' : 'resolved',
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    message: row.message,
    hint: row.hint,
    since: row.since,
    lastSeen: row.last_seen_at,
    occurrences: row.occurrences,
    resolvedAt: row.resolved_at ?? undefined,
  };
}
